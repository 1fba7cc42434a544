import { beforeAll, describe, expect, test } from 'vitest'
import type { Reply, Rule, RuleWarning } from '@/api/types'
import { known } from '@/locales'
import example from '../../../../rules.example.json'
import { csvTemplate, rowsOf, rulesFrom, textOf } from './csv'
import { conditionWords, daysWords, hoursWords, whyWords } from './describe'
import { changesOf, fieldsOf } from './diff'
import { draftOf, emptyDraft, missingIn, ruleOf, sampleOf, singleDays } from './draft'
import { about, byRule, warningWords } from './lint'
import { moved } from './store'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})

const text = (content: string): Reply => ({ msgtype: 'text', text: { content } })
const contains = (...words: string[]): Rule => ({ when: { keyword: { contains: words } }, reply: text('a') })
const exact = (...words: string[]): Rule => ({ when: { keyword: { exact: words } }, reply: text('a') })
const anything: Rule = { when: { default: {} }, reply: text('a') }

describe('the form', () => {
  test('gives back every rule as it was', () => {
    const rules: Rule[] = [
      ...(example.rules as Rule[]),
      { name: 'a', when: { keyword: { regex: '^a$', fold: true } }, replies: [{ msgtype: 'text', text: { content: 'a' } }, { msgtype: 'image', image: { media_id: 'm' } }], continue: true, template: true },
      { when: { follow: { scene: '1' } }, one_of: [{ msgtype: 'silence' }, { msgtype: 'silence' }], valid: { from: 1, until: 2 } },
      { when: { message: ['voice', 'video'] }, reply: { msgtype: 'silence' }, hours: [{ days: ['sat'], from: '22:00', to: '06:00', utc_offset: 'Z' }] },
      { when: { event: ['location_select'] }, reply: { msgtype: 'silence' } },
      { off: true, when: { default: {} }, reply: { msgtype: 'silence' } },
    ]
    // A single keyword comes back as a list of one, and a range of days as its days, which mean the same.
    const listed = (rule: Rule): Rule => {
      const same: Rule = JSON.parse(JSON.stringify(rule).replace(/"(exact|contains|prefix)":"([^"]*)"/g, '"$1":["$2"]'))
      for (const hours of same.hours ?? []) if (hours.days) hours.days = singleDays(hours.days)
      return same
    }
    for (const rule of rules) expect(ruleOf(draftOf(rule))).toEqual(listed(rule))
  })
  test('says what is empty', () => {
    expect(missingIn(emptyDraft())).toBe('condition')
    expect(missingIn(emptyDraft('几点'))).toBe('reply')
    expect(missingIn(draftOf(contains('几点')))).toBeUndefined()
  })
  test('makes a message that meets the condition', () => {
    expect(sampleOf({ ...emptyDraft(), kind: 'follow', scene: '7' }, '')).toEqual({ MsgType: 'event', Event: 'subscribe', EventKey: 'qrscene_7' })
    expect(sampleOf(emptyDraft(), '几点')).toEqual({ MsgType: 'text', Content: '几点' })
  })
})

describe('a rule reads as a sentence', () => {
  test('conditions', () => {
    expect(conditionWords(contains('营业时间', '几点'))).toBe('包含 营业时间、几点')
    expect(conditionWords({ when: { message: ['voice'] }, reply: text('') })).toBe('收到语音')
  })
  test('days and hours', () => {
    expect(daysWords(['fri', 'mon', 'tue', 'wed', 'thu'])).toBe('工作日')
    expect(daysWords(undefined)).toBe('每天')
    expect(daysWords(['mon-fri'])).toBe('工作日')
    expect(daysWords(['sat-sun'])).toBe('周末')
    expect(daysWords(['sun-mon'])).toBe('一、日')
    expect(hoursWords([{ days: ['sat', 'sun'], from: '22:00', to: '06:00' }])).toBe('周末 22:00–次日 06:00')
  })
})

describe('warnings', () => {
  const warning = (id: RuleWarning['id'], rule: number, by?: number): RuleWarning => ({ id, rule, ...(by !== undefined && { by }), field: `rules[${rule}].when`, message: '' })
  test("in the reader's words", () => {
    expect(warningWords(warning('unreachable', 3, 1))).toBe('不会生效：第 2 条会先回复')
    for (const id of ['behind_default', 'duplicate', 'expired', 'unknown_event', 'unknown_field', 'not_a_template'] as const) expect(known(`lint.${id}`), id).toBe(true)
  })
  test('one for each rule of a list, the first', () => {
    const found = byRule([warning('unreachable', 1, 0), warning('expired', 1), warning('unknown_field', 4)])
    expect([...found].map(([rule, { id }]) => [rule, id]).sort()).toEqual([[1, 'unreachable'], [4, 'unknown_field']])
  })
  test('of a rule that is not saved: its own, and what it takes', () => {
    const found = about([warning('duplicate', 2, 0), warning('behind_default', 3, 2), warning('unreachable', 4, 2)], 2)
    expect(found).toMatchObject({ own: { id: 'duplicate' }, taken: { rule: 4 } })
    expect(about([], 2)).toEqual({ own: undefined, taken: undefined })
  })
})

describe('why a rule does not match', () => {
  test('is said about the rule and the message', () => {
    const follow: Rule = { when: { follow: {} }, reply: text('a') }
    expect(whyWords({ id: 'not_this_event', params: {} }, follow)).toBe('不是「关注」')
    expect(whyWords({ id: 'other_key', params: { key: 'K' } }, { when: { click: { key: 'L' } }, reply: text('a') })).toBe('是另一个按钮「K」')
    expect(whyWords({ id: 'other_scene', params: {} }, follow)).toBe('没有扫带参二维码')
    expect(whyWords({ id: 'other_type', params: { type: 'image' } }, anything)).toBe('类型是图片')
    expect(whyWords({ id: 'not_contained', params: {} }, contains('几点'))).toBe('不含关键词')
  })
})

describe('differences', () => {
  const rule = (id: string, content = id): Rule => ({ id, when: { keyword: { exact: [id] } }, reply: text(content) })
  test('one rule that moved is one change', () => {
    const before = ['a', 'b', 'c', 'd'].map((id) => rule(id))
    expect(changesOf(before, [before[3], before[0], before[1], before[2]] as Rule[])).toMatchObject([{ kind: 'moved', from: 3, to: 0 }])
    expect(changesOf(before, before)).toEqual([])
  })
  test('added, changed and removed', () => {
    expect(changesOf([rule('a'), rule('b')], [rule('b', 'x'), rule('c')]).map(({ kind }) => kind)).toEqual(['changed', 'added', 'removed'])
    expect(fieldsOf(rule('a'), rule('a', 'x'))).toEqual([{ path: 'reply', label: '回复', before: 'a', after: 'x' }])
    const hours = [{ days: ['mon-fri'], from: '09:00', to: '18:00' }]
    expect(fieldsOf(rule('a'), { ...rule('a'), hours, off: true })).toEqual([
      { path: 'off', label: '启用', before: '是', after: '否' },
      { path: 'hours', label: '时间', before: '一直', after: '工作日 09:00–18:00' },
    ])
  })
  test('what words do not tell apart is told by the names of the API', () => {
    const hours = { from: '09:00', to: '18:00' }
    expect(fieldsOf({ ...rule('a'), hours: [hours] }, { ...rule('a'), hours: [{ ...hours, utc_offset: '+09:00' }] })).toEqual([{ path: 'hours[0].utc_offset', label: 'hours[0].utc_offset', before: '', after: '+09:00' }])
  })
})

describe('import', () => {
  test('CSV with quotes, line breaks and a byte order mark', () => {
    expect(rowsOf('a,"b ""c""\nd",e\r\nf,g,h').map(({ line, cells }) => [line, ...cells])).toEqual([[1, 'a', 'b "c"\nd', 'e'], [3, 'f', 'g', 'h']])
    const { rules, mistakes } = rulesFrom('\uFEFFname,match,keywords,type,content,off\n营业时间,contains,几点|开门,text,"9:00–21:00, 每天",\n')
    expect(mistakes).toEqual([])
    const template = rulesFrom(csvTemplate())
    expect([template.mistakes, template.rules.map(({ when }) => when)]).toEqual([[], [{ keyword: { contains: ['几点', '营业时间'] } }, { keyword: { exact: ['人工'] } }]])
    expect(rulesFrom('match,keywords,type,content\nlike,a,text,b\ncontains,a,text,b\n').lines).toEqual([3])
    expect(rules).toEqual([{ name: '营业时间', when: { keyword: { contains: ['几点', '开门'] } }, reply: text('9:00–21:00, 每天') }])
  })
  test('all mistakes at once, by line', () => {
    expect(rulesFrom('match,keywords,type,content\nlike,a,text,b\ncontains,,text,b\nexact,a,text,\n').mistakes.map(({ line }) => line)).toEqual([2, 3, 4])
    expect(rulesFrom('a,b\n').mistakes).toHaveLength(1)
  })
  test('JSON of an export, or of a list', () => {
    expect(rulesFrom(JSON.stringify(example)).rules).toHaveLength(example.rules.length)
    expect(rulesFrom('[]').rules).toEqual([])
    expect(textOf(new Uint8Array([0xbc, 0xb8, 0xb5, 0xe3]).buffer)).toBe('几点')
    expect(textOf(new TextEncoder().encode('几点').buffer)).toBe('几点')
    expect(rulesFrom('{').mistakes).toHaveLength(1)
    expect(rulesFrom('{"rules": 1}').mistakes).toHaveLength(1)
  })
})

test('moving counts among the others', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
})
