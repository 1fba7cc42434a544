import type { CustomMessage, TimelineEntry } from '@/api/types'
import { resultOf, type SendResult } from '@/modules/templates/result'
import { dayOf } from '@/ui/format'
import { isOutcome, type ReceiptFacts } from '@/ui/receipt'
import { receivedMessage, sentMessage, type Shown } from '@/ui/shown'
import type { ReplyWindow } from '@/ui/window'
import { sentTemplate, type SentTemplate } from './template'

const HOUR = 3600
/** How many messages WeChat takes after a message, and after a follow, tap or scan; and for how long. */
const AFTER_MESSAGE = { messages: 5, seconds: 48 * HOUR }
const AFTER_EVENT = { messages: 3, seconds: 60 }
const OPENING_EVENTS = new Set(['subscribe', 'scan', 'click', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select'])

/** A message that this page has sent, until the timeline has it. */
export interface Pending {
  id: number
  time: number
  body: Body
  state: 'sending' | 'accepted' | 'unknown' | 'refused'
  reason?: string
  /** Its id in the timeline, once WeChat has accepted it. */
  entry?: string
}
/** Whether it was refused, or it is not known whether it was sent. */
export const isFailed = ({ state }: Pending): boolean => state === 'refused' || state === 'unknown'
/** A customer-service message without its user. */
export type Body = CustomMessage extends infer Message ? (Message extends unknown ? Omit<Message, 'touser'> : never) : never

export interface Bubble {
  key: string
  time: number
  from: 'user' | 'person' | 'machine'
  shown: Shown
  template?: SentTemplate
  /** What an event says became of a template message. */
  result?: SendResult
  receipt?: ReceiptFacts
  /** What only an open message has: it can be settled, and a rule can be made of it. */
  open?: { text: string | undefined }
  settled?: boolean
  msgId?: string
  pending?: Pending
}
export type Item = { kind: 'day'; key: string; words: string } | { kind: 'event'; key: string; bubble: Bubble } | { kind: 'message'; key: string; bubble: Bubble }

const OPEN = new Set(['unanswered', 'held', 'asked', 'failed', 'refused', 'unknown'])
const keyOf = (entry: TimelineEntry): string => `${entry.direction}:${entry.id}`

/** Adds what a poll brought. Entries stay newest first, and what was there is replaced by what is newer. */
export function merged(entries: readonly TimelineEntry[], fresh: readonly TimelineEntry[]): TimelineEntry[] {
  const known = new Set(fresh.map(keyOf))
  const rest = entries.filter((entry) => !known.has(keyOf(entry)))
  const order = new Map([...fresh, ...rest].map((entry, index) => [keyOf(entry), index]))
  return [...fresh, ...rest].sort((a, b) => b.time - a.time || (order.get(keyOf(a)) ?? 0) - (order.get(keyOf(b)) ?? 0))
}

/** Whether the timeline has what this page sent. */
export function arrived(pending: Pending, entries: readonly TimelineEntry[]): boolean {
  if (pending.entry !== undefined) return entries.some((entry) => entry.direction === 'sent' && entry.id === pending.entry)
  const content = JSON.stringify(contentOf(pending.body))
  return entries.some((entry) => entry.direction === 'sent' && entry.time >= pending.time - 5 && JSON.stringify(contentOf(entry.message)) === content)
}

function contentOf(message: unknown): unknown {
  const fields = message as Record<string, unknown>
  return [fields['msgtype'], fields[String(fields['msgtype'])]]
}

function bubbleOf(entry: TimelineEntry, received: ReadonlyMap<string, TimelineEntry>): Bubble {
  const base = { key: keyOf(entry), time: entry.time, ...(entry.msg_id && { msgId: entry.msg_id }) }
  if (entry.direction === 'received') {
    const { outcome, rule, rule_id: ruleId, errcode, error, settled, decided_ms: tookMs, expires_at: expiresAt } = entry
    const backend = entry.backend_name || entry.backend
    const shown = receivedMessage(entry.message)
    const result = shown.kind === 'event' ? resultOf(entry.message) : undefined
    // Nothing is left to say of what came of it first.
    const isDone = settled && (outcome === 'unanswered' || outcome === 'held')
    const facts: ReceiptFacts | undefined = outcome && isOutcome(outcome) && outcome !== 'replied' ? { outcome: isDone ? 'settled' : outcome, rule, ruleId, backend, errcode, error, tookMs, expiresAt } : undefined
    return {
      ...base,
      from: 'user',
      shown,
      ...(result && { result }),
      ...(facts && shown.kind !== 'event' && { receipt: facts }),
      ...(settled && !isDone && { settled }),
      ...(facts && !settled && OPEN.has(facts.outcome) && { open: { text: shown.kind === 'text' ? shown.pieces[0]?.text : undefined } }),
    }
  }
  if (entry.direction === 'passive_reply') {
    const cause = received.get(entry.id)
    const backend = entry.backend_name || entry.backend
    return { ...base, from: 'machine', shown: sentMessage(entry.message), receipt: { outcome: 'replied', rule: entry.rule ?? cause?.rule, ruleId: entry.rule_id, backend: backend ?? cause?.backend, tookMs: cause?.decided_ms } }
  }
  const sender = entry.sender ?? ''
  const from = sender.startsWith('key:') || sender === 'root' ? 'person' : 'machine'
  const template = entry.kind === 'template' ? { template: sentTemplate(entry.message) } : undefined
  return { ...base, from, shown: sentMessage(entry.message), ...template, receipt: { outcome: entry.status ?? 'accepted', sender, senderName: entry.sender_name, errcode: entry.errcode } }
}

/** The thread, oldest first: days, events and messages. */
export function itemsOf(entries: readonly TimelineEntry[], pending: readonly Pending[], now: number): Item[] {
  const received = new Map(entries.filter((entry) => entry.direction === 'received').map((entry) => [entry.id, entry]))
  const bubbles = [...entries].reverse().map((entry) => bubbleOf(entry, received))
  for (const each of pending) {
    bubbles.push({ key: `pending:${each.id}`, time: each.time, from: 'person', shown: sentMessage(each.body), receipt: { outcome: each.state, error: each.reason }, pending: each })
  }
  const items: Item[] = []
  let day = ''
  for (const bubble of bubbles) {
    const words = dayOf(bubble.time, now)
    if (words !== day) items.push({ kind: 'day', key: `day:${words}`, words })
    day = words
    items.push({ kind: bubble.shown.kind === 'event' ? 'event' : 'message', key: bubble.key, bubble })
  }
  return items
}

/** Until when the account may send to this user, and how many messages more, by what the thread shows. */
export function windowOf(entries: readonly TimelineEntry[]): ReplyWindow | undefined {
  let sent = 0
  for (const entry of entries) {
    // Template messages do not count: WeChat takes them at any time.
    if (entry.direction === 'sent' && entry.kind !== 'template' && entry.status !== 'refused') sent += 1
    if (entry.direction !== 'received') continue
    const fields = entry.message as Record<string, unknown>
    const isEvent = fields['MsgType'] === 'event'
    if (isEvent && String(fields['Event']).toLowerCase() === 'unsubscribe') return { until: 0 }
    if (isEvent && !OPENING_EVENTS.has(String(fields['Event']).toLowerCase())) continue
    const limit = isEvent ? AFTER_EVENT : AFTER_MESSAGE
    const until = entry.time + limit.seconds
    // A tap does not shorten the window that a message opened.
    const older = isEvent ? entries.find((each) => each.direction === 'received' && (each.message as Record<string, unknown>)['MsgType'] !== 'event') : undefined
    if (older && older.time + AFTER_MESSAGE.seconds > until) return { until: older.time + AFTER_MESSAGE.seconds, kind: 'message' }
    return { until, left: Math.max(0, limit.messages - sent), kind: isEvent ? 'event' : 'message' }
  }
  return undefined
}

/** Whether the user's newest follow or unfollow was an unfollow. */
export function hasLeft(entries: readonly TimelineEntry[]): boolean {
  const events = entries.map((entry) => (entry.direction === 'received' ? String((entry.message as Record<string, unknown>)['Event'] ?? '').toLowerCase() : ''))
  return events.find((event) => event === 'subscribe' || event === 'unsubscribe') === 'unsubscribe'
}
