import { beforeAll, describe, expect, test } from 'vitest'
import type { Conversation, TimelineEntry } from '@/api/types'
import { found, reallyNew, withNewer } from './list'
import { arrived, hasLeft, itemsOf, merged, windowOf } from './thread'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})

const received = (time: number, id: string, fields: Record<string, string>, more: Partial<TimelineEntry> = {}): TimelineEntry => ({ direction: 'received', time, id, message: fields, outcome: 'unanswered', settled: false, ...more })
const said = (time: number, id: string, more: Partial<TimelineEntry> = {}): TimelineEntry => received(time, id, { MsgType: 'text', Content: id }, more)
const event = (time: number, name: string): TimelineEntry => received(time, `${name}:${time}`, { MsgType: 'event', Event: name })
const sent = (time: number, id: string, content: string, status: 'accepted' | 'refused' = 'accepted'): TimelineEntry => ({ direction: 'sent', time, id, message: { msgtype: 'text', text: { content } }, sender: 'root', status })
const HOUR = 3600
const NOW = 1_795_680_000

describe('the thread', () => {
  test('is oldest first, and every message has what became of it', () => {
    const reply: TimelineEntry = { direction: 'passive_reply', time: NOW, id: '1', message: { msgtype: 'text', text: { content: 'hi' } }, rule: 'r' }
    const items = itemsOf([sent(NOW + 2, 's', 'x'), said(NOW + 1, '2'), reply, said(NOW, '1', { outcome: 'replied', rule: 'r' })], [], NOW)
    expect(items.map((item) => (item.kind === 'day' ? item.words : [item.bubble.from, item.bubble.receipt?.outcome]))).toEqual(['今天', ['user', undefined], ['machine', 'replied'], ['user', 'unanswered'], ['person', 'accepted']])
  })
  test('names the rule, the backend and the key, and how long it took', () => {
    const reply: TimelineEntry = { direction: 'passive_reply', time: NOW, id: '1', message: { msgtype: 'text', text: { content: 'hi' } }, rule: 'r', rule_id: 'r_1' }
    const kept = said(NOW + 1, '2', { outcome: 'kept', backend: 'w_1', backend_name: '订单系统', decided_ms: 7000, expires_at: NOW + 90 })
    const byKey: TimelineEntry = { ...sent(NOW + 2, 's', 'x'), sender: 'key:abc', sender_name: '王小明' }
    const facts = itemsOf([byKey, kept, reply, said(NOW, '1', { outcome: 'replied', rule: 'r', rule_id: 'r_1', decided_ms: 24 })], [], NOW).flatMap((item) => (item.kind === 'message' && item.bubble.receipt ? [item.bubble.receipt] : []))
    expect(facts).toMatchObject([{ rule: 'r', ruleId: 'r_1', tookMs: 24 }, { outcome: 'kept', backend: '订单系统', tookMs: 7000, expiresAt: NOW + 90 }, { senderName: '王小明' }])
  })
  test('an open message can be settled, a settled one says so', () => {
    const [, open, settled] = itemsOf([said(NOW + 1, 'b', { settled: true }), said(NOW, 'a')], [], NOW)
    expect(open).toMatchObject({ bubble: { open: { text: 'a' } } })
    expect(settled).toMatchObject({ bubble: { receipt: { outcome: 'settled' } } })
    expect(settled).not.toHaveProperty('bubble.settled')
    expect(settled).not.toHaveProperty('bubble.open')
    expect(itemsOf([said(NOW, 'c', { outcome: 'failed', settled: true })], [], NOW)[1], 'why there was no answer stays').toMatchObject({ bubble: { receipt: { outcome: 'failed' }, settled: true } })
  })
  test('a poll replaces the entries that it repeats', () => {
    const before = [said(NOW, 'a')]
    const after = merged(before, [said(NOW + 1, 'b'), said(NOW, 'a', { settled: true })])
    expect(after.map(({ id, settled }) => [id, settled])).toEqual([['b', false], ['a', true]])
  })
  test('what was sent is kept until the timeline has it', () => {
    const pending = { id: 1, time: NOW, body: { msgtype: 'text' as const, text: { content: 'x' } }, state: 'accepted' as const }
    expect(arrived(pending, [sent(NOW + 1, 's', 'x')])).toBe(true)
    expect(arrived(pending, [sent(NOW + 1, 's', 'y')])).toBe(false)
    expect(arrived(pending, [sent(NOW - 60, 's', 'x')])).toBe(false)
    expect(arrived({ ...pending, entry: 's' }, [sent(NOW + 1, 's', 'x')])).toBe(true)
    expect(arrived({ ...pending, entry: 't' }, [sent(NOW + 1, 's', 'x')])).toBe(false)
  })
})

describe('the window', () => {
  test('48 hours and five messages after a message', () => {
    expect(windowOf([sent(NOW + 2, 's', 'x'), sent(NOW + 1, 't', 'y', 'refused'), said(NOW, 'a')])).toEqual({ until: NOW + 48 * HOUR, left: 4, kind: 'message' })
  })
  test('template messages do not count', () => {
    expect(windowOf([{ ...sent(NOW + 1, 't', ''), kind: 'template', message: { template_id: 'a' } }, said(NOW, 'a')])).toMatchObject({ left: 5 })
  })
  test('a minute and three messages after a tap, unless a message opened a longer one', () => {
    expect(windowOf([event(NOW, 'CLICK')])).toEqual({ until: NOW + 60, left: 3, kind: 'event' })
    expect(windowOf([event(NOW, 'CLICK'), said(NOW - HOUR, 'a')])).toEqual({ until: NOW + 47 * HOUR, kind: 'message' })
  })
  test('closed after an unfollow; other events open nothing', () => {
    expect(windowOf([event(NOW, 'unsubscribe'), said(NOW - HOUR, 'a')])).toEqual({ until: 0 })
    expect(windowOf([event(NOW, 'VIEW')])).toBeUndefined()
    expect(hasLeft([event(NOW, 'unsubscribe'), event(NOW - 1, 'subscribe')])).toBe(true)
    expect(hasLeft([event(NOW, 'subscribe'), event(NOW - 1, 'unsubscribe')])).toBe(false)
  })
})

describe('the list', () => {
  const conversation = (openid: string, time: number, more: Partial<Conversation> = {}): Conversation => ({ openid, following: true, last: { time, type: 'text', outcome: 'unanswered', settled: false }, ...more })
  test('newer ones come first, once', () => {
    expect(withNewer([conversation('a', 2), conversation('b', 1)], [conversation('b', 3)]).map(({ openid }) => openid)).toEqual(['b', 'a'])
  })
  test('what a poll repeats is not new', () => {
    expect(reallyNew([conversation('a', 2)], [conversation('a', 2), conversation('b', 3)]).map(({ openid }) => openid)).toEqual(['b'])
  })
  test('by remark and OpenID', () => {
    expect(found([conversation('oA', 1, { remark: '王女士' }), conversation('oB', 1)], ' 王 ').map(({ openid }) => openid)).toEqual(['oA'])
    expect(found([conversation('oA', 1), conversation('oB', 1)], 'ob')).toHaveLength(1)
  })
})
