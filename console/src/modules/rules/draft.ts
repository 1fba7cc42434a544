import type { Condition, Hours, Reply, Rule } from '@/api/types'
import { emptyReply, isComplete, trimmed, type ReplyContext } from '@/ui/reply'

export type Match = 'contains' | 'exact' | 'prefix' | 'regex'
export type Kind = 'follow' | 'keyword' | 'click' | 'scan' | 'message' | 'event' | 'default'
export type Mode = 'reply' | 'replies' | 'one_of' | 'ask'

/** A rule as the form holds it: every part at hand, whichever is chosen. */
export interface Draft {
  name: string
  kind: Kind
  match: Match
  words: string[]
  regex: string
  fold: boolean
  scene: string
  key: string
  types: string[]
  events: string[]
  hours: Hours[]
  from: number | null
  until: number | null
  mode: Mode
  replies: Reply[]
  /** The assistant that answers, in the mode `ask`. */
  ask: string
  continues: boolean
  template: boolean
  off: boolean
}

export const KINDS: readonly Kind[] = ['keyword', 'follow', 'click', 'scan', 'message', 'event', 'default']
export const MATCHES: readonly Match[] = ['contains', 'exact', 'prefix', 'regex']
export const MESSAGE_TYPES = ['text', 'image', 'voice', 'video', 'shortvideo', 'location', 'link', 'file', 'miniprogrampage'] as const
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Where a new rule goes: before what answers everything, and before the reply to all who follow, or it would never be reached. */
export function placeOfNew({ kind, scene }: Draft, rules: readonly Rule[]): number {
  const wider = kind === 'default' ? -1 : rules.findIndex(({ when }) => 'default' in when || (kind === 'follow' && scene !== '' && 'follow' in when && !when.follow.scene))
  return wider < 0 ? rules.length : wider
}

export function emptyDraft(text = ''): Draft {
  return {
    name: text, kind: 'keyword', match: 'contains', words: text === '' ? [] : [text], regex: '', fold: true, scene: '', key: '', types: ['image'], events: [],
    hours: [], from: null, until: null, mode: 'reply', replies: [emptyReply('text')], ask: '', continues: false, template: false, off: false,
  }
}

/** Single days of a list that may hold ranges, such as `mon-fri` or `sat-mon`. */
export function singleDays(days: readonly string[]): string[] {
  return days.flatMap((each) => {
    const [from, to] = each.split('-').map((day) => DAYS.findIndex((one) => one === day))
    if (from === undefined || to === undefined || from < 0 || to < 0) return [each]
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => DAYS[(from + index) % 7] ?? each)
  })
}

const listOf = (value: string | string[] | null | undefined): string[] => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value])

/** What a rule replies, in any of its three forms; nothing if it asks an assistant. */
export function repliesOf(rule: Rule): Reply[] {
  return 'replies' in rule ? rule.replies : 'one_of' in rule ? rule.one_of : 'reply' in rule ? [rule.reply] : []
}

export function draftOf(rule: Rule & { off?: boolean }): Draft {
  const draft = emptyDraft()
  const when = rule.when
  draft.name = rule.name ?? ''
  draft.fold = false
  if ('follow' in when) Object.assign(draft, { kind: 'follow', scene: when.follow.scene ?? '' })
  else if ('scan' in when) Object.assign(draft, { kind: 'scan', scene: when.scan.scene ?? '' })
  else if ('click' in when) Object.assign(draft, { kind: 'click', key: when.click.key })
  else if ('message' in when) Object.assign(draft, { kind: 'message', types: listOf(when.message) })
  else if ('event' in when) Object.assign(draft, { kind: 'event', events: listOf(when.event) })
  else if ('default' in when) draft.kind = 'default'
  else {
    const keyword = when.keyword
    draft.fold = keyword.fold ?? false
    draft.match = MATCHES.find((match) => keyword[match] !== undefined && keyword[match] !== null) ?? 'contains'
    if (draft.match === 'regex') draft.regex = keyword.regex ?? ''
    else draft.words = listOf(keyword[draft.match])
  }
  draft.hours = (rule.hours ?? []).map((hours) => ({ ...hours, ...(hours.days && { days: singleDays(hours.days) }) }))
  draft.from = rule.valid?.from ?? null
  draft.until = rule.valid?.until ?? null
  draft.mode = 'replies' in rule ? 'replies' : 'one_of' in rule ? 'one_of' : 'ask' in rule ? 'ask' : 'reply'
  if ('ask' in rule) draft.ask = rule.ask
  else draft.replies = repliesOf(rule)
  draft.continues = rule.continue ?? false
  draft.template = rule.template ?? false
  draft.off = rule.off ?? false
  return draft
}

function conditionOf(draft: Draft): Condition {
  switch (draft.kind) {
    case 'follow':
      return { follow: draft.scene === '' ? {} : { scene: draft.scene } }
    case 'scan':
      return { scan: draft.scene === '' ? {} : { scene: draft.scene } }
    case 'click':
      return { click: { key: draft.key } }
    case 'message':
      return { message: draft.types }
    case 'event':
      return { event: draft.events }
    case 'default':
      return { default: {} }
    case 'keyword': {
      const words = draft.match === 'regex' ? { regex: draft.regex } : { [draft.match]: draft.words }
      return { keyword: { ...words, ...(draft.fold && { fold: true }) } }
    }
  }
}

/** The body of the API for a draft. Fields at their defaults are left out. */
export function ruleOf(draft: Draft, id?: string): Rule {
  const replies = draft.replies.map(trimmed)
  const valid = { ...(draft.from !== null && { from: draft.from }), ...(draft.until !== null && { until: draft.until }) }
  const rule = {
    ...(id !== undefined && { id }),
    ...(draft.name.trim() !== '' && { name: draft.name.trim() }),
    ...(draft.off && { off: true }),
    when: conditionOf(draft),
    ...(draft.hours.length > 0 && { hours: draft.hours }),
    ...(Object.keys(valid).length > 0 && { valid }),
    ...(draft.continues && draft.mode !== 'ask' && { continue: true }),
    ...(draft.template && draft.mode !== 'ask' && { template: true }),
  }
  switch (draft.mode) {
    case 'ask':
      return { ...rule, ask: draft.ask.trim() }
    case 'reply':
      return { ...rule, reply: replies[0] ?? emptyReply('text') }
    case 'replies':
      return { ...rule, replies }
    case 'one_of':
      return { ...rule, one_of: replies }
  }
}

/** What decides the types that a reply may have. */
export function contextOf(kind: Kind): ReplyContext {
  return kind === 'keyword' || kind === 'message' || kind === 'default' ? 'rule' : 'event'
}

/** Which parts are empty; the worker checks all else. */
export function missingIn(draft: Draft): 'condition' | 'valid' | 'reply' | undefined {
  const empty =
    (draft.kind === 'keyword' && (draft.match === 'regex' ? draft.regex === '' : draft.words.length === 0)) ||
    (draft.kind === 'click' && draft.key === '') || (draft.kind === 'message' && draft.types.length === 0) || (draft.kind === 'event' && draft.events.length === 0)
  if (empty) return 'condition'
  if (Number.isNaN(draft.from) || Number.isNaN(draft.until)) return 'valid'
  if (draft.mode === 'ask') return draft.ask.trim() === '' ? 'reply' : undefined
  const replies = draft.mode === 'reply' ? draft.replies.slice(0, 1) : draft.replies
  return replies.every(isComplete) ? undefined : 'reply'
}

/** A message that meets the draft's condition, as `rule/test` takes it. */
export function sampleOf(draft: Draft, text: string): Record<string, string> {
  switch (draft.kind) {
    case 'follow':
      return { MsgType: 'event', Event: 'subscribe', ...(draft.scene !== '' && { EventKey: `qrscene_${draft.scene}` }) }
    case 'scan':
      return { MsgType: 'event', Event: 'SCAN', EventKey: draft.scene || '1' }
    case 'click':
      return { MsgType: 'event', Event: 'CLICK', EventKey: draft.key }
    case 'event':
      return { MsgType: 'event', Event: draft.events[0] ?? '' }
    case 'message':
      return draft.types[0] === 'text' ? { MsgType: 'text', Content: text } : { MsgType: draft.types[0] ?? 'image' }
    default:
      return { MsgType: 'text', Content: text }
  }
}
