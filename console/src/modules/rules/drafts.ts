import { place } from '@/app/router'
import type { Draft } from './draft'

/** What was changed in a form and not saved, and the version of the rules that the form was made from. */
export interface Unsaved { draft: Draft; version: number | undefined }

const nameOf = (form: string): string => `mp-worker.rule.${place.account}.${form}`

/** Unsaved forms, kept while the tab is open, also over a reload. A form is named by the rule's id, or by what a new rule is for. */
export const drafts = {
  of(form: string): Unsaved | undefined {
    const stored = sessionStorage.getItem(nameOf(form))
    return stored === null ? undefined : (JSON.parse(stored) as Unsaved)
  },
  /** All forms of the account. */
  all(): { form: string; unsaved: Unsaved }[] {
    const prefix = nameOf('')
    return Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)).flatMap((name) => {
      const form = name.slice(prefix.length)
      const unsaved = drafts.of(form)
      return unsaved ? [{ form, unsaved }] : []
    })
  },
  keep: (form: string, unsaved: Unsaved): void => sessionStorage.setItem(nameOf(form), JSON.stringify(unsaved)),
  forget: (form: string): void => sessionStorage.removeItem(nameOf(form)),
}
