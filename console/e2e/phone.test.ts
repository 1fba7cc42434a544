// The simulator: a user against the published or the unsaved rules; nothing is stored or sent.
import { beforeEach, expect, test } from 'vitest'
import { accessible, answers, api, HOSTILE, open, tabTo, wechatCalls } from './desk.ts'

const A = 'phone'
const text = (content: string) => ({ msgtype: 'text', text: { content } })
const RULES = [
  { id: 'r_follow', name: '欢迎', when: { follow: {} }, reply: text('欢迎关注') },
  { id: 'r_click', name: '推荐', when: { click: { key: 'TODAY' } }, replies: [text('红玫瑰'), text('白百合')] },
  { id: 'r_scan', name: '西湖店', when: { scan: { scene: '西湖' } }, reply: text('西湖店欢迎你') },
  { id: 'r_hours', name: '营业时间', when: { keyword: { contains: ['几点'] } }, one_of: [text('九点'), text('9:00')] },
]
beforeEach(() => api('rule/import', { append: false, rules: RULES }, { account: A }))
const stored = async (): Promise<number> => (await api<{ messages: unknown[] }>('message/list', {}, { account: A })).messages.length

test('text, tap, scan, follow and image, with what comes in, what decides and what goes out', async () => {
  const [messages, sent] = [await stored(), (await wechatCalls('/cgi-bin/message/custom/send')).length]
  const page = await open(`${A}/phone`)
  await page.getByPlaceholder('几点开门').fill('你们几点开门')
  await page.keyboard.press('Enter')
  const trace = page.locator('.trace').first()
  await trace.locator('pre', { hasText: '<Content><![CDATA[你们几点开门]]></Content>' }).waitFor()
  await trace.locator('.match', { hasText: '营业时间' }).waitFor()
  expect(await trace.locator('pre').last().innerText()).toMatch(/<Content><!\[CDATA\[(九点|9:00)\]\]><\/Content>/)
  await accessible(page)
  await page.locator('.segmented').getByText('点菜单').click()
  await page.getByLabel('菜单的 KEY').fill('TODAY')
  await page.keyboard.press('Enter')
  await page.locator('.phone', { hasText: '白百合' }).waitFor()
  await page.getByRole('heading', { name: '随后的客服消息' }).waitFor()
  await page.locator('.segmented').getByText('扫码').click()
  await page.getByLabel('场景值').fill('西湖')
  await page.keyboard.press('Enter')
  await page.locator('.phone', { hasText: '西湖店欢迎你' }).waitFor()
  await page.locator('.segmented').getByText('关注').click()
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.phone', { hasText: '欢迎关注' }).waitFor()
  await page.locator('.segmented').getByText('图片', { exact: true }).click()
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.trace').first().locator('pre', { hasText: /^success$/ }).waitFor()
  await page.locator('.phone').getByText('[图片]').waitFor()
  await accessible(page)
  expect(await stored(), 'nothing is stored').toBe(messages)
  expect((await wechatCalls('/cgi-bin/message/custom/send')).length, 'nothing is sent').toBe(sent)
})

test('the published menu is tapped as on a phone', async () => {
  const button = [{ name: '推荐', sub_button: [{ name: '今日', type: 'click', key: 'TODAY' }, { name: '官网', type: 'view', url: 'https://example.com/' }] }]
  await api('menu/save_draft', { menus: [{ button }], replies: [] }, { account: A })
  const before = await open(`${A}/phone`)
  await before.getByPlaceholder('几点开门').waitFor()
  expect(await before.getByRole('menubar').count(), 'it is a draft').toBe(0)
  await api('menu/publish', {}, { account: A })
  const taps = (await wechatCalls('/cgi-bin/menu/create')).length
  const page = await open(`${A}/phone`)
  await page.getByRole('menuitem', { name: '推荐' }).click()
  await accessible(page)
  await page.getByRole('menuitem', { name: '官网' }).click()
  await page.locator('.phone').getByText('「官网」是「跳转网页」，不会向规则发消息：https://example.com/').waitFor()
  expect(await page.getByRole('menuitem', { name: '官网' }).count(), 'the submenu does not cover what is said').toBe(0)
  await page.getByRole('menuitem', { name: '推荐' }).click()
  await page.getByRole('menuitem', { name: '今日' }).click()
  await page.locator('.phone', { hasText: '白百合' }).waitFor()
  await page.locator('.trace pre', { hasText: '<EventKey><![CDATA[TODAY]]></EventKey>' }).first().waitFor()
  await page.locator('.phone').getByText('点击菜单「今日」').waitFor()
  await page.getByRole('heading', { name: '点菜单 今日' }).waitFor()
  expect(await page.getByRole('menuitem', { name: '今日' }).count(), 'the submenu closes').toBe(0)
  expect((await wechatCalls('/cgi-bin/menu/create')).length).toBe(taps)
})

test('encrypted and twice', async () => {
  const page = await open(`${A}/phone`)
  await page.getByLabel('加密（安全模式）').check()
  await page.getByLabel('送达两次').check()
  await page.getByPlaceholder('几点开门').fill('几点')
  await page.keyboard.press('Enter')
  const trace = page.locator('.trace').first()
  await trace.locator('pre', { hasText: 'encrypt_type=aes&msg_signature=' }).waitFor()
  await trace.locator('pre', { hasText: '<MsgSignature>' }).waitFor()
  await trace.getByText('答复相同').waitFor()
  await accessible(page)
})

test('an unsaved rule answers, and the published ones do not change', async () => {
  const page = await open(`${A}/rules/r_hours`)
  await page.locator('.segmented').getByText('一条', { exact: true }).click()
  await page.getByLabel('文字', { exact: true }).fill('十点，还没保存')
  await page.getByRole('button', { name: '在模拟手机中试' }).click()
  await page.getByPlaceholder('几点开门').fill('几点')
  await page.keyboard.press('Enter')
  await page.locator('.phone', { hasText: '十点，还没保存' }).waitFor()
  await page.getByRole('link', { name: '继续编辑规则' }).click()
  await page.getByText('已恢复上次未保存的修改').waitFor()
  expect(await page.getByLabel('文字', { exact: true }).inputValue()).toBe('十点，还没保存')
  const { rules } = await api<{ rules: { id: string; one_of?: unknown[] }[] }>('rule/list', {}, { account: A })
  expect(rules.find(({ id }) => id === 'r_hours')?.one_of).toHaveLength(2)
})

test('hostile text, 403 and 500, by keyboard, and on a phone in English and dark', async () => {
  const page = await open(`${A}/phone`)
  await page.getByPlaceholder('几点开门').waitFor()
  await tabTo(page, '.user form input[placeholder]')
  await page.keyboard.type(HOSTILE)
  await page.keyboard.press('Enter')
  await page.locator('.phone .line.user', { hasText: '<script>' }).waitFor()
  for (const [status, code, words] of [[403, 'forbidden', '当前密钥没有这项权限'], [500, 'internal', '服务出错，已记录']] as const) {
    await page.unroute('**/api/rule/test?*')
    await answers(page, 'rule/test', status, code)
    await page.getByPlaceholder('几点开门').fill('x')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText(words).waitFor()
    expect(await page.getByPlaceholder('几点开门').inputValue()).toBe('x')
  }
  const phone = await open(`${A}/phone`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  await phone.getByPlaceholder('When do you open?').fill('几点')
  await phone.getByRole('button', { name: 'Send' }).click()
  await phone.locator('.trace').waitFor()
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await accessible(phone)
})
