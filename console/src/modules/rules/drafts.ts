import { place } from '@/app/router'
import { inTab } from '@/app/storage'
import type { Draft } from './draft'

/** What was changed in a form and not saved, and the version of the rules that the form was made from. */
export interface Unsaved { draft: Draft; version: number | undefined }

const nameOf = (form: string): string => `mp-worker.rule.${place.account}.${form}`

/** Unsaved forms, kept while the tab is open, also over a reload. A form is named by the rule's id, or by what a new rule is for. */
export const drafts = {
  of(form: string): Unsaved | undefined {
    const stored = inTab.getItem(nameOf(form))
    try {
      return stored === null ? undefined : (JSON.parse(stored) as Unsaved)
    } catch {
      return undefined
    }
  },
  keep: (form: string, unsaved: Unsaved): void => inTab.setItem(nameOf(form), JSON.stringify(unsaved)),
  forget: (form: string): void => inTab.removeItem(nameOf(form)),
}
