import { beforeAll, describe, expect, test } from 'vitest'
import { Failure, failureOf } from '@/api/failure'
import { linesOf, scaleOf } from './chart'
import { complaintOf } from './complaint'
import { curlOf } from './curl'
import { agoOf, bytesOf, countOf, dayOf, limitOf, sinceOf, spanOf, timeOf, timeWithin, usersOf } from './format'
import { colourOf, initialsOf, nameOf } from './person'
import { adviceOf, inputOf } from './problem'
import { receiptOf, senderOf } from './receipt'
import { emptyReply, isComplete, trimmed } from './reply'
import { piecesOf, pictureOf, receivedMessage, safeHref, sentMessage } from './shown'
import { isBlank, isolated } from './text'
import { clockOf, dateOf, dayAfter, isoDate } from './time'
import { faceOf } from './window'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})

/** 2026-11-26 14:32:00 in Beijing. */
const NOW = Date.UTC(2026, 10, 26, 6, 32) / 1000
const HOUR = 3600

describe('times are Beijing times', () => {
  test('of the day, of yesterday, and before', () => {
    expect(timeOf(NOW, NOW)).toBe('14:32')
    expect(timeOf(NOW - 24 * HOUR, NOW)).toBe('昨天 14:32')
    expect(timeOf(NOW - 48 * HOUR, NOW)).toBe('11月24日 14:32')
    expect(dayOf(NOW - 400 * 24 * HOUR, NOW)).toBe('2025年10月22日')
    // 00:30 in Beijing is still yesterday in UTC.
    expect(dayOf(Date.UTC(2026, 10, 25, 16, 30) / 1000, NOW)).toBe('今天')
  })
  test('spans', () => {
    expect(spanOf(59)).toBe('59 秒')
    expect(spanOf(31 * HOUR)).toBe('31 小时')
    expect(spanOf(2 * HOUR + 600, true)).toBe('2 小时 10 分')
    expect(spanOf(3 * 24 * HOUR)).toBe('3 天')
    expect(agoOf(NOW - 20, NOW)).toBe('刚刚')
    expect(agoOf(NOW - 2 * HOUR, NOW)).toBe('2 小时')
    expect(agoOf(NOW - 20 * HOUR, NOW)).toBe('昨天 18:32')
    expect(sinceOf(NOW - 300, NOW)).toBe('5 分钟前')
    expect(sinceOf(NOW - 20 * HOUR, NOW)).toBe('昨天 18:32')
  })
  test('within an English sentence, without a capital', async () => {
    const { setLanguage } = await import('@/locales')
    await setLanguage('en')
    expect(timeOf(NOW - 24 * HOUR, NOW)).toBe('Yesterday 14:32')
    expect(timeWithin(NOW - 24 * HOUR, NOW)).toBe('yesterday 14:32')
    expect(timeWithin(NOW - 48 * HOUR, NOW)).toBe('24 Nov, 14:32')
    expect(sinceOf(NOW - 20, NOW)).toBe('just now')
    expect(sinceOf(NOW - 20 * HOUR, NOW)).toBe('yesterday 18:32')
    await setLanguage('zh-CN')
  })
  test('numbers', () => {
    expect(limitOf(500_000)).toBe('50 万')
    expect(limitOf(600)).toBe('600')
    expect(countOf(100)).toBe('99+')
    expect(usersOf(4, 5)).toBe('4')
    expect(usersOf(31, 100)).toBe('31+')
    expect(usersOf(100, 100)).toBe('99+')
    expect(bytesOf('几点a')).toBe(7)
  })
})

describe('the window clock', () => {
  test.each([
    [{ until: NOW + 31 * HOUR }, 'pine', '剩 31 小时', true],
    [{ until: NOW + 6 * HOUR }, 'amber', '剩 6 小时', true],
    [{ until: NOW + 2 * HOUR + 600 }, 'amber', '剩 2 小时 10 分', true],
    [{ until: NOW + 42, left: 3, kind: 'event' as const }, 'amber', '剩 42 秒，可发 3 条', true],
    [{ until: NOW + 31 * HOUR, left: 0 }, 'amber', '已发满，等用户再来信', false],
    [{ until: NOW }, 'quiet', '已过可回复时间', false],
    [{}, 'quiet', '已过可回复时间', false],
  ])('%o', (window, tone, words, open) => {
    expect(faceOf(window, NOW)).toMatchObject({ tone, words, open })
  })
  test('an account that may not send', () => {
    expect(faceOf({ until: NOW + HOUR }, NOW, false)).toMatchObject({ ring: 'struck', open: false })
  })
})

describe('dates are read as people write them', () => {
  test.each([['2026-11-26', '2026-11-26'], ['2026/1/5', '2026-01-05'], ['20261126', '2026-11-26'], ['11-26', '2026-11-26'], ['11月26日', '2026-11-26'], ['2027年2月1日', '2027-02-01'], [' 2026. 3. 9 ', '2026-03-09'], ['2026-02-30', undefined], ['2026-13-01', undefined], ['tomorrow', undefined], ['', undefined]])('%s', (text, day) => {
    expect(dateOf(text, 2026)).toBe(day)
  })
  test('days are Beijing days', () => {
    expect(isoDate(Date.UTC(2026, 10, 25, 16, 30) / 1000)).toBe('2026-11-26')
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
  })
})

describe('texts that show nothing, or turn around what is beside them', () => {
  test('a name of zero-width characters is none', () => {
    expect(isBlank('\u200b \u3164')).toBe(true)
    expect(nameOf('oXk3f', '\u200b')).toBe('用户 Xk3f')
    expect(initialsOf('oXk3f', '\u200b')).toBe('3f')
    expect(initialsOf('oXk3f', '\u200b王')).toBe('王')
    expect(initialsOf('oXk3f', '👩‍👩‍👧 妈妈')).toBe('👩‍👩‍👧')
  })
  test('a name cannot reverse a sentence', () => {
    expect(isolated('a\u202eb')).toBe('ab')
    expect(isolated('שלום')).toBe('\u2068שלום\u2069')
    expect(isolated('王女士')).toBe('王女士')
  })
})

describe('receipts', () => {
  test('who, and why not', () => {
    expect(receiptOf({ outcome: 'replied', rule: '营业时间', tookMs: 24 })).toMatchObject({ mark: 'check', tone: 'pine', words: '已回复', who: { kind: 'rule', name: '营业时间' }, tookMs: 24 })
    expect(receiptOf({ outcome: 'refused', errcode: 45047 })).toMatchObject({ mark: 'bang', tone: 'seal', reason: '已发满，等用户再来信（45047）' })
    expect(receiptOf({ outcome: 'refused', errcode: 45002 })).toMatchObject({ reason: '微信错误 45002' })
    expect(receiptOf({ outcome: 'failed', error: 'it answered 500' })).toMatchObject({ reason: '后端返回 500' })
    expect(receiptOf({ outcome: 'failed', error: 'its own words' })).toMatchObject({ reason: 'its own words' })
    expect(receiptOf({ outcome: 'unknown' })).toMatchObject({ mark: 'question', tone: 'amber' })
  })
  test('senders', () => {
    expect(senderOf('rule:a:b')).toEqual({ kind: 'rule', name: 'a:b' })
    expect(senderOf('root')).toEqual({ kind: 'person', name: '根密钥' })
    expect(senderOf('key:9e42a70fe5ac9231', '张三')).toEqual({ kind: 'person', name: '张三' })
    expect(senderOf('gateway')).toEqual({ kind: 'program', name: 'gateway' })
  })
})

describe('messages are shown, never run', () => {
  test('what a user writes is text', () => {
    const content = '<img src=x onerror=alert(1)><a href="https://evil.example">x</a>'
    expect(receivedMessage({ MsgType: 'text', Content: content })).toEqual({ kind: 'text', pieces: [{ text: content }] })
  })
  test('links of ours lead to the web alone', () => {
    expect(piecesOf('看<a href="https://a.example/">这里</a>。')).toEqual([{ text: '看' }, { text: '这里', href: 'https://a.example/' }, { text: '。' }])
    expect(piecesOf('<a href="javascript:alert(1)">x</a>')).toEqual([{ text: 'x' }])
    expect(piecesOf('')).toEqual([{ text: '' }])
    for (const address of ['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', '//a.example', 'x', 7, null]) expect(safeHref(address)).toBeUndefined()
  })
  test('pictures come from WeChat alone, by https', () => {
    expect(pictureOf('http://mmbiz.qpic.cn/a.jpg')).toBe('https://mmbiz.qpic.cn/a.jpg')
    for (const address of ['https://mmbiz.qpic.cn.evil.example/a', 'https://evil.example/mmbiz.qpic.cn', 'http://mmbiz.qpic.cn:8080/a', 'data:image/png,x']) expect(pictureOf(address)).toBeUndefined()
  })
  test('what is not known keeps its fields', () => {
    expect(receivedMessage({ MsgType: 'new', A: '1', FromUserName: 'o' })).toEqual({ kind: 'unknown', fields: [['MsgType', 'new'], ['A', '1']] })
    expect(receivedMessage(null).kind).toBe('unknown')
    expect(sentMessage({ msgtype: 'news', news: { articles: [{ title: 1, url: 'javascript:1' }] } })).toEqual({ kind: 'news', articles: [{ title: '1', description: '', url: '', picture: undefined }] })
  })
})

test('a refused field belongs to the input with the longest path that begins it', () => {
  const paths = ['rule.when', 'rule.reply', 'rule.reply.text.content']
  expect(inputOf('rule.reply.text.content', paths)).toBe('rule.reply.text.content')
  expect(inputOf('rule.when.keyword.contains[1]', paths)).toBe('rule.when')
  expect(inputOf('rule.whenever', paths)).toBeUndefined()
  expect(inputOf(undefined, paths)).toBeUndefined()
})

test('failures are read from any answer', () => {
  expect(failureOf(502, undefined)).toMatchObject({ code: 'internal', status: 502 })
  expect(failureOf(403, { error: { code: 'forbidden', message: 'm', request_id: 'r', errcode: 48001 } })).toMatchObject({ code: 'forbidden', errcode: 48001, requestId: 'r' })
  expect(new Failure('network', '', 0).uncertain).toBe(true)
})

test('the command holds no key, and nothing leaves its quotes', () => {
  expect(curlOf('/api/rule/create?account=shop', { name: "it's" })).toBe(`curl "$MP/api/rule/create?account=shop" -H "Authorization: Bearer $KEY" -d '{\n  "name": "it'\\''s"\n}'`)
})

test('replies are complete when nothing required is empty', () => {
  expect(isComplete(emptyReply('text'))).toBe(false)
  expect(isComplete({ msgtype: 'silence' })).toBe(true)
  expect(isComplete({ msgtype: 'news', news: { articles: [{ title: 'a', description: '', url: 'https://a.example', picurl: '' }] } })).toBe(true)
  expect(trimmed({ msgtype: 'video', video: { media_id: 'm', title: '', description: null } })).toEqual({ msgtype: 'video', video: { media_id: 'm' } })
})

test('people have one colour, and a name of theirs or the end of the OpenID', () => {
  expect(colourOf('oXk3f')).toBe(colourOf('oXk3f'))
  expect(initialsOf('oXk3f', '王女士')).toBe('王')
  expect(initialsOf('oXk3f', '👩‍🚀a')).toBe('👩‍🚀')
  expect(initialsOf('oXk3f', '')).toBe('3f')
})

test('a time of day as people write it', () => {
  expect(['9', '930', '0930', '9:5', '09：30', '24:00', '24:01', '9:60', 'x'].map(clockOf)).toEqual(['09:00', '09:30', '09:30', '09:05', '09:30', '24:00', undefined, undefined, undefined])
})

test('charts begin at zero, under a round top', () => {
  expect(scaleOf(214)).toEqual({ top: 300, marks: [0, 150, 300] })
  expect(scaleOf(1)).toEqual({ top: 1, marks: [0, 1] })
  for (let highest = 1; highest < 2000; highest += 1) expect(scaleOf(highest).marks.every(Number.isInteger), String(highest)).toBe(true)
  const [line] = linesOf([{ label: 'a', tone: 'pine', values: [1, 2, 3] }], (index) => index, (value) => value)
  expect(line).toMatchObject({ past: 'M0.0 1.0L1.0 2.0', today: 'M1.0 2.0L2.0 3.0' })
})

test.each([
  ['must be 500 to 25000', '要在 500 到 25000 之间'],
  ['must be a whole number from 0 to 4294967295', '要在 0 到 4294967295 之间'],
  ['must be a whole number', '要是整数'],
  ['must have 1 to 64 characters', '太长：最多 64 个字符'],
  ['must have a host, and a port only as a number', '网址里要有域名，端口只能是数字'],
  ['must have a public host: a domain name, or a public IPv4 address', '要用公网域名或公网 IPv4 地址'],
  ['must not contain spaces or non-ASCII characters', '不能有空格和中文等字符；中文域名写成 xn-- 的形式'],
  ['must begin with https://', '要以 https:// 开头'],
  ['must begin with http:// or https://', '要以 http:// 或 https:// 开头'],
  ['must be 1 to 32 characters of a-z, 0-9 and _', '要用 1 到 32 个小写字母、数字和下划线'],
  ['must not contain a user name', '网址里不能有用户名和密码'],
  ['must be names of events in lowercase, separated by commas, such as location', '要是事件的英文名，如 location'],
])('what the worker says of a field, %s, in the words of the reader', (complaint, words) => {
  expect(complaintOf(`webhook.field ${complaint}`, 'webhook.field')).toBe(words)
})

test('what is too large is said to be, whether the worker or Cloudflare refuses it', () => {
  expect(adviceOf(failureOf(413, { error: { code: 'invalid_parameter', message: 'the request body is larger than 2048 KiB', request_id: 'r' } }))).toContain('太大')
  expect(adviceOf(failureOf(413, undefined))).toContain('太大')
})
