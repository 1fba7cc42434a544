import { shallowRef, type ShallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { Template } from '@/api/types'
import { may } from '@/app/session'
import { fieldsOf } from '@/modules/templates/fields'
import { safeHref } from '@/ui/shown'

/** A template message that was sent; its fields have labels where the template is known. */
export interface SentTemplate {
  id: string
  title?: string
  fields: { name: string; label?: string; value: string }[]
  href: string | undefined
  /** The page or the AppID of the mini program, which WeChat opens rather than the web page. */
  app: string | undefined
}

type Fields = Record<string, unknown>
const inside = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const words = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

/** Reads the call that sent a template message. */
export function sentTemplate(message: unknown): SentTemplate {
  const { template_id: id, data, url, miniprogram } = inside(message)
  const { appid, pagepath } = inside(miniprogram)
  return { id: words(id), fields: Object.entries(inside(data)).map(([name, each]) => ({ name, value: words(inside(each)['value']) })), href: safeHref(url), app: words(pagepath) || words(appid) || undefined }
}

/** The message with the title and the labels of its template, in that one's order. */
export function labelled(message: SentTemplate, { title, content }: Pick<Template, 'title' | 'content'>): SentTemplate {
  const ofTemplate = fieldsOf(content)
  const placeOf = (name: string): number => {
    const at = ofTemplate.findIndex((field) => field.name === name)
    return at < 0 ? ofTemplate.length : at
  }
  const fields = message.fields.map((field) => {
    const label = ofTemplate[placeOf(field.name)]?.label
    return label === undefined || label === field.name ? field : { ...field, label }
  })
  return { ...message, title, fields: fields.sort((a, b) => placeOf(a.name) - placeOf(b.name)) }
}

type Templates = ReadonlyMap<string, Template>
let known: ShallowRef<Templates> | undefined
perAccount(() => (known = undefined))

/** The account's templates by their ids, asked of WeChat once while the page is open; none where they cannot be read. */
export function knownTemplates(): ShallowRef<Templates> {
  if (known) return known
  const state = shallowRef<Templates>(new Map())
  known = state
  if (!may('template:read')) return state
  call('template/list', {}).then(
    ({ template_list: templates }) => void (state.value = new Map(templates.map((each) => [each.template_id, each]))),
    () => {
      // The next message asks again.
      if (known === state) known = undefined
    },
  )
  return state
}
