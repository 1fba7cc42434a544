import type { Answer } from '@/api/call'
import type { MenuButton, Rule } from '@/api/types'
import { buttonIn, type MenuOf, type Spot } from './bar'

export type Drafted = Answer<'menu/draft'>
export type MatchRule = NonNullable<MenuOf['matchrule']>
export type MenuReply = Drafted['replies'][number]
/** The part of the draft that is edited. */
export interface Draft { menus: MenuOf[]; replies: MenuReply[] }
export type ButtonType = NonNullable<MenuButton['type']>

export const NAME_BYTES = { bar: 16, sub: 60 } as const
export const KEY_BYTES = 128
export const URL_BYTES = 1024
export const MAIN_TYPES = ['click', 'view', 'miniprogram'] as const satisfies readonly ButtonType[]
export const MORE_TYPES = ['scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select', 'media_id', 'view_limited', 'article_id', 'article_view_limited'] as const satisfies readonly ButtonType[]

/** What a type needs beside its name. */
export function fieldOf(type: ButtonType): 'key' | 'url' | 'media_id' | 'article_id' {
  if (type === 'view' || type === 'miniprogram') return 'url'
  if (type === 'media_id' || type === 'view_limited') return 'media_id'
  return type === 'article_id' || type === 'article_view_limited' ? 'article_id' : 'key'
}

/** A key that no button of the draft has. */
export function newKey(draft: Draft): string {
  const taken = new Set(draft.menus.flatMap(({ button }) => button.flatMap((each) => [each, ...(each.sub_button ?? [])])).map(({ key }) => key))
  for (let n = 1; ; n += 1) if (!taken.has(`menu_${n}`)) return `menu_${n}`
}
export const newButton = (draft: Draft, name: string): MenuButton => ({ name, type: 'click', key: newKey(draft) })

export const pathOf = ({ menu, button, sub }: Spot): string => `menus[${menu}].button[${button}]${sub === undefined ? '' : `.sub_button[${sub}]`}`
/** The button that a field of the API is of. */
export function spotOf(field: string | undefined): Spot | undefined {
  const match = /^menus\[(\d+)\]\.button\[(\d+)\](?:\.sub_button\[(\d+)\])?/.exec(field ?? '')
  if (!match) return undefined
  return { menu: Number(match[1]), button: Number(match[2]), ...(match[3] !== undefined && { sub: Number(match[3]) }) }
}

export const buttonAt = (draft: Draft, spot: Spot): MenuButton | undefined => buttonIn(draft.menus[spot.menu], spot)

const replaced = <T>(list: readonly T[], index: number, next: T): T[] => list.map((each, at) => (at === index ? next : each))
function withButtons(draft: Draft, menu: number, change: (buttons: readonly MenuButton[]) => MenuButton[]): Draft {
  const one = draft.menus[menu]
  return one ? { ...draft, menus: replaced(draft.menus, menu, { ...one, button: change(one.button) }) } : draft
}
/** Changes the list of buttons in which a button stands: the bar, or a submenu. */
function withSiblings(draft: Draft, { menu, button, sub }: Spot, change: (buttons: readonly MenuButton[]) => MenuButton[]): Draft {
  if (sub === undefined) return withButtons(draft, menu, change)
  return withButtons(draft, menu, (buttons) => buttons.map((each, at) => (at === button ? { ...each, sub_button: change(each.sub_button ?? []) } : each)))
}

export const withButton = (draft: Draft, spot: Spot, next: MenuButton): Draft => withSiblings(draft, spot, (buttons) => replaced(buttons, spot.sub ?? spot.button, next))

/** A submenu without buttons is none, and its parent needs an action again. */
export function withoutButton(draft: Draft, spot: Spot): Draft {
  const next = withSiblings(draft, spot, (buttons) => buttons.filter((_, at) => at !== (spot.sub ?? spot.button)))
  const parent = spot.sub === undefined ? undefined : buttonAt(next, { menu: spot.menu, button: spot.button })
  if (!parent || (parent.sub_button ?? []).length > 0) return next
  const { sub_button: _, ...rest } = parent
  return withButton(next, { menu: spot.menu, button: spot.button }, { ...rest, type: 'click', key: newKey(next) })
}

export function moved(draft: Draft, spot: Spot, step: number): Draft {
  const at = spot.sub ?? spot.button
  return withSiblings(draft, spot, (buttons) => {
    const next = [...buttons]
    const [one] = next.splice(at, 1)
    if (one) next.splice(at + step, 0, one)
    return next
  })
}

/** Adds a button to the bar, or to the submenu of one, which then has no action of its own. */
export function added(draft: Draft, { menu, button }: { menu: number; button?: number }, name: string): { draft: Draft; spot: Spot } {
  const fresh = newButton(draft, name)
  if (button === undefined) {
    const at = draft.menus[menu]?.button.length ?? 0
    return { draft: withButtons(draft, menu, (buttons) => [...buttons, fresh]), spot: { menu, button: at } }
  }
  const subs = draft.menus[menu]?.button[button]?.sub_button ?? []
  const parent = draft.menus[menu]?.button[button]
  return { draft: withButtons(draft, menu, (buttons) => replaced(buttons, button, { name: parent?.name ?? '', sub_button: [...subs, fresh] })), spot: { menu, button, sub: subs.length } }
}

/** The buttons that have an action. */
export function actions(menu: MenuOf): MenuButton[] {
  return menu.button.flatMap((button) => (button.sub_button?.length ? button.sub_button : [button]))
}

/** The draft as it is saved: replies of keys that no button has any more are left out. */
export function toSave({ menus, replies }: Draft): Draft {
  const keys = new Set(menus.flatMap(actions).filter(({ type }) => type === 'click').map(({ key }) => key))
  return { menus, replies: replies.filter(({ key }) => keys.has(key)) }
}

/** The rule that answers a tap, before anything is changed in it. */
export const newRule = (key: string, name: string): Rule => ({ name, when: { click: { key } }, reply: { msgtype: 'text', text: { content: '' } } })

export function withReply(draft: Draft, key: string, rule: Rule | undefined): Draft {
  const others = draft.replies.filter((each) => each.key !== key)
  const at = draft.replies.findIndex((each) => each.key === key)
  if (!rule) return { ...draft, replies: others }
  return { ...draft, replies: at < 0 ? [...others, { key, rule }] : replaced(draft.replies, at, { key, rule }) }
}

/** Gives a button another key, and the reply with it, unless another button has the same one. */
export function renamedKey(draft: Draft, spot: Spot, key: string): Draft {
  const button = buttonAt(draft, spot)
  if (!button) return draft
  const next = withButton(draft, spot, { ...button, key })
  const reply = draft.replies.find((each) => each.key === button.key)
  const shared = draft.menus.flatMap(actions).filter((each) => each.key === button.key).length > 1
  if (!reply || shared || draft.replies.some((each) => each.key === key)) return next
  const { id: _, ...rule } = reply.rule
  return { ...next, replies: next.replies.map((each) => (each === reply ? { key, rule: { ...rule, when: { click: { key } } } } : each)) }
}

/** Independent of the order of keys, which the worker changes. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]))
}

/** Whether a draft was saved although the answer was lost: it has these menus and replies, and may show further ones of the rules. */
export function holds(stored: Draft, sent: Draft): boolean {
  const text = (value: unknown): string => JSON.stringify(sorted(value))
  const replyOf = ({ replies }: Draft, key: string): string => {
    const { id: _, ...rule } = replies.find((each) => each.key === key)?.rule ?? {}
    return text(rule)
  }
  return text(stored.menus) === text(sent.menus) && sent.replies.every(({ key }) => replyOf(stored, key) === replyOf(sent, key))
}

/** Conditional menus as WeChat tries them: the newest first, whose ids are the largest. */
export function newestFirst<Listed extends { menuid?: string | number | null }>(menus: readonly Listed[]): Listed[] {
  const id = ({ menuid }: Listed): string => String(menuid ?? '')
  return [...menus].sort((a, b) => id(b).length - id(a).length || (id(a) < id(b) ? 1 : -1))
}
