import { beforeAll, expect, test } from 'vitest'
import { tableOf, type Report } from './report'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})
/** 2026-11-26 14:32:00 in Beijing. */
const NOW = Date.UTC(2026, 10, 26, 6, 32) / 1000
const outcomes = { answered_late: 1, asked: 0, failed: 2, held: 0, kept: 0, refused: 1, replied: 10, silent: 0, unanswered: 3, unknown: 0 }
const report: Report = { counted_at: NOW }
const names = { backends: new Map([['w_1', '订单系统']]), rules: new Map([['r_b85b6d4e7ca6019a', '包含 几点']]), buttons: new Map([['menu_1', '热销'], ['https://a.example', '官网']]) }

test('days without figures are zero, the newest first', () => {
  const { rows } = tableOf('day', { ...report, days: [{ date: '2026-11-25', messages: 1200, events: 4, followed: 1, unfollowed: 0, outcomes }] }, names, 2, NOW)
  expect(rows.map(({ cells }) => cells)).toEqual([['2026-11-26', '0', '0', '0', '0', '0'], ['2026-11-25', '1,200', '4', '1', '0', '3']])
  expect(rows[1]?.raw).toEqual(['2026-11-25', 1200, 4, 1, 0, 3])
})

test('backends by their names, and without a time where there is none', () => {
  const { rows } = tableOf('time', { ...report, backends: [{ backend: 'w_1', asked: 5, median_ms: 40, p95_ms: 20_000, outcomes }, { backend: 'w_gone', asked: 1, median_ms: null, p95_ms: null, outcomes }, { backend: 'assistant:小店客服', asked: 1, median_ms: null, p95_ms: null, outcomes }] }, names, 7, NOW)
  expect(rows.map(({ cells }) => cells)).toEqual([['订单系统', '5', '40 毫秒', '20 秒', '2'], ['w_gone', '1', '—', '—', '2'], ['智能助手 小店客服', '1', '—', '—', '2']])
  expect(rows[1]?.raw).toEqual(['w_gone', 1, '', '', 2])
})

test('buttons by their taps, rules with what became of them', () => {
  const keys = [{ event: 'click', key: 'A', received: 1, last_at: NOW, last_outcome: 'replied', outcomes }, { event: 'view', key: 'https://a.example', received: 9, last_at: NOW, last_outcome: 'silent', outcomes }]
  keys.push({ ...keys[0]!, key: 'menu_1', received: 0 }, { ...keys[0]!, key: '', received: 0 })
  expect(tableOf('key', { ...report, keys }, names, 7, NOW).rows.map(({ raw }) => raw.slice(0, 2))).toEqual([['官网', 'https://a.example'], ['A', 'A'], ['热销', 'menu_1'], ['其他', '']])
  expect(tableOf('rule', { ...report, rules: [{ rule: 'r_b85b6d4e7ca6019a', hits: 4, outcomes }, { rule: '营业时间', hits: 1, outcomes }] }, names, 7, NOW).rows.map(({ raw }) => raw[0])).toEqual(['包含 几点', '营业时间'])
  expect(tableOf('scene', { ...report, scenes: [{ scene: 'xihu', name: '西湖店', scans: 3, followed: 1 }, { scene: '42', scans: 1, followed: 0 }] }, names, 7, NOW).rows.map(({ raw }) => raw.slice(0, 2))).toEqual([['西湖店', 'xihu'], ['42', '42']])
  expect(tableOf('rule', { ...report, rules: [{ rule: 'other', hits: 4, outcomes }] }, names, 7, NOW).rows[0]?.cells).toEqual(['其他', '4', '11', '3'])
  expect(tableOf('word', report, names, 7, NOW).rows).toEqual([])
})
