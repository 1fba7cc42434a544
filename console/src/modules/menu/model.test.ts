import { expect, test } from 'vitest'
import { added, newestFirst, buttonAt, moved, newRule, pathOf, renamedKey, spotOf, toSave, withButton, withReply, withoutButton, type Draft, holds } from './model'

const draft: Draft = {
  menus: [{ button: [{ name: '今日', type: 'click', key: 'TODAY' }, { name: '服务', sub_button: [{ name: '官网', type: 'view', url: 'https://a.example' }, { name: '人工', type: 'click', key: 'AGENT' }] }] }],
  replies: [{ key: 'TODAY', rule: { ...newRule('TODAY', '今日'), id: 'r_1' } }],
}
const names = (from: Draft): unknown => from.menus[0]?.button.map(({ name, sub_button }) => [name, sub_button?.map((each) => each.name)])

test('a field of the API names its button, and a button its field', () => {
  const spot = { menu: 0, button: 1, sub: 0 }
  expect(pathOf(spot)).toBe('menus[0].button[1].sub_button[0]')
  expect(spotOf(`${pathOf(spot)}.name`)).toEqual(spot)
  expect(spotOf('menus[2].button[0].key')).toEqual({ menu: 2, button: 0 })
  expect(spotOf('menus[0].matchrule')).toBeUndefined()
})

test('buttons are added, moved, changed and removed in both levels', () => {
  expect(names(added(draft, { menu: 0 }, '新').draft)).toEqual([['今日', undefined], ['服务', ['官网', '人工']], ['新', undefined]])
  const sub = added(draft, { menu: 0, button: 0 }, '新')
  expect(names(sub.draft)).toEqual([['今日', ['新']], ['服务', ['官网', '人工']]])
  expect(buttonAt(sub.draft, { menu: 0, button: 0 })?.type, 'the action of a parent goes').toBeUndefined()
  expect(names(moved(draft, { menu: 0, button: 1, sub: 0 }, 1))).toEqual([['今日', undefined], ['服务', ['人工', '官网']]])
  expect(names(moved(draft, { menu: 0, button: 0 }, 1))).toEqual([['服务', ['官网', '人工']], ['今日', undefined]])
  expect(names(withButton(draft, { menu: 0, button: 0 }, { name: '明日', type: 'click', key: 'TODAY' }))).toEqual([['明日', undefined], ['服务', ['官网', '人工']]])
  const emptied = withoutButton(withoutButton(draft, { menu: 0, button: 1, sub: 0 }), { menu: 0, button: 1, sub: 0 })
  expect(buttonAt(emptied, { menu: 0, button: 1 })).toEqual({ name: '服务', type: 'click', key: 'menu_1' })
})

test('a reply goes with its key, and is left out when no button has it', () => {
  const renamed = renamedKey(draft, { menu: 0, button: 0 }, 'NOW')
  expect(renamed.replies).toEqual([{ key: 'NOW', rule: newRule('NOW', '今日') }])
  expect(toSave(withoutButton(draft, { menu: 0, button: 0 })).replies).toEqual([])
  expect(toSave(draft).replies).toHaveLength(1)
  expect(withReply(draft, 'AGENT', newRule('AGENT', '人工')).replies.map(({ key }) => key)).toEqual(['TODAY', 'AGENT'])
  expect(withReply(draft, 'TODAY', undefined).replies).toEqual([])
})

test('a draft that was saved already is known again', () => {
  const menus = [{ button: [{ name: 'a', type: 'click' as const, key: 'A' }] }]
  const rule = { name: 'a', when: { click: { key: 'A' } }, reply: { msgtype: 'text' as const, text: { content: 'x' } } }
  const sent = { menus, replies: [{ key: 'A', rule }] }
  const shown = { menus: [{ button: [{ key: 'A', name: 'a', type: 'click' as const }] }], replies: [{ key: 'A', rule: { id: 'r_1', ...rule } }, { key: 'B', rule }] }
  expect(holds(shown, sent)).toBe(true)
  expect(holds({ ...shown, replies: [] }, sent)).toBe(false)
  expect(holds({ ...shown, menus: [] }, sent)).toBe(false)
})

test('conditional menus in the order in which they are tried', () => {
  expect(newestFirst([{ menuid: '99' }, { menuid: '208379650' }, { menuid: '208379666' }]).map(({ menuid }) => menuid)).toEqual(['208379666', '208379650', '99'])
})
