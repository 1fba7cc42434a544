import { expect, test } from 'vitest'
import { fieldsOf } from './fields'
import { resultOf } from './result'
import { entered, filledIn, problemOf } from './template'

const CONTENT = '订单编号：{{character_string1.DATA}}\n商品名称: {{thing2.DATA}}\n{{remark.DATA}}'

test('fields are labelled by the text before them', () => {
  expect(fieldsOf(CONTENT).map(({ name, label, type }) => [name, label, type])).toEqual([['character_string1', '订单编号', 'character_string'], ['thing2', '商品名称', 'thing'], ['remark', 'template.remark', 'remark']])
  expect(fieldsOf('没有字段')).toEqual([])
})

test('values are filled in, as text', () => {
  expect(filledIn(CONTENT, { character_string1: 'A1024', thing2: '{{remark.DATA}}' })).toBe('订单编号：A1024\n商品名称: {{remark.DATA}}\n—')
})

test('a field may be called like a member of every object', () => {
  expect(filledIn('{{constructor.DATA}} {{toString.DATA}}', { toString: 'a' })).toBe('— a')
  expect(entered({}, 'constructor')).toBe('')
})

test.each([
  ['thing', '玫'.repeat(20), undefined], ['thing', '玫'.repeat(21), 'long'], ['character_string', 'A-1', undefined], ['character_string', '甲', 'ascii'],
  ['phrase', '已发货', undefined], ['phrase', 'sent', 'chinese'], ['time', '2026-11-26 14:32', undefined], ['time', '明天', 'time'], ['amount', '¥99.5元', undefined], ['amount', '很多', 'amount'], ['thing', '', undefined], ['unheard_of', 'x'.repeat(99), undefined],
])('%s takes %s: %s', (type, value, problem) => expect(problemOf(type, value)).toBe(problem))

test('the event of this message says what became of it', () => {
  const event = { Event: 'TEMPLATESENDJOBFINISH', MsgID: '7', Status: 'success' }
  expect(resultOf(event, '7')).toBe('delivered')
  expect(resultOf({ ...event, Status: 'failed:user block' }, '7')).toBe('blocked')
  expect(resultOf({ ...event, Status: 'failed: system failed' }, '7')).toBe('failed')
  expect(resultOf(event, '8')).toBeUndefined()
  expect(resultOf({ ...event, Status: 'failed:user block' })).toBe('blocked')
  expect(resultOf({ Event: 'CLICK', Status: 'success' })).toBeUndefined()
})
