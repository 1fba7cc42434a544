// S5: the list and its order, the editor, the test box, versions, import.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { accessible, answers, api, context, eventually, HOSTILE, open, somebody, tabTo, user, world } from './desk.ts'

const A = 'rules'
interface Rule { id: string; name?: string; when: Record<string, unknown>; reply?: Record<string, unknown> }
const text = (content: string) => ({ msgtype: 'text', text: { content } })
const contains = (name: string, ...words: string[]) => ({ name, when: { keyword: { contains: words } }, reply: text(`${name}的回复`) })
const FOUR = [contains('营业时间', '几点'), contains('地址', '在哪'), contains('停车', '停车'), { name: '其他', when: { default: {} }, reply: text('收到') }]
const listed = async (): Promise<Rule[]> => (await api<{ rules: Rule[] }>('rule/list', { limit: 1000 }, { account: A })).rules
const names = async (): Promise<string[]> => (await listed()).map((rule) => rule.name ?? '')
const say = (words: string): Promise<string> => user(A, somebody(), 'say', words)
const row = (page: Page, name: string) => page.locator('.rule', { hasText: name })

beforeEach(() => api('rule/import', { append: false, rules: FOUR }, { account: A }))

test('a new rule: written, tested unsaved, saved before what answers everything, and met by a message', async () => {
  const page = await open(`${A}/rules`)
  await row(page, '其他').waitFor()
  await page.keyboard.press('n')
  await page.getByLabel('名称').fill('价格')
  await page.getByLabel('关键词，回车添加').fill('多少钱')
  await page.keyboard.press('Enter')
  await page.getByLabel('文字', { exact: true }).fill('99 元起')
  await page.keyboard.press('Control+Enter')
  await page.locator('.verdicts .match').first().waitFor()
  await page.locator('.phone', { hasText: '99 元起' }).waitFor()
  await accessible(page)
  expect(await names(), 'a test saves nothing').not.toContain('价格')
  await page.keyboard.press('Control+s')
  await page.getByText('已保存').waitFor()
  expect(await names()).toEqual(['营业时间', '地址', '停车', '价格', '其他'])
  await eventually(() => say('玫瑰多少钱'), 70_000).toContain('99 元起')
}, 90_000)

test('the opening hours are changed', async () => {
  const page = await open(`${A}/rules`)
  await page.getByRole('link', { name: '营业时间' }).click()
  await page.getByLabel('文字', { exact: true }).fill('每天 8:00–22:00')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存').waitFor()
  expect((await listed())[0]?.reply).toEqual(text('每天 8:00–22:00'))
})

test('the order changes by drag and by keys, with a way back', async () => {
  const page = await open(`${A}/rules`)
  const handle = (index: number) => page.locator('.handle').nth(index)
  await handle(3).waitFor()
  await handle(2).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Space')
  await page.getByText('已移到第 1 条').first().waitFor()
  expect(await names()).toEqual(['停车', '营业时间', '地址', '其他'])
  await page.getByRole('button', { name: '撤销' }).first().click()
  await eventually(names).toEqual(['营业时间', '地址', '停车', '其他'])
  await handle(1).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
  const [from, to] = [await handle(0).boundingBox(), await handle(1).boundingBox()]
  await page.mouse.move((from?.x ?? 0) + 10, (from?.y ?? 0) + 20)
  await page.mouse.down()
  await page.mouse.move((to?.x ?? 0) + 10, (to?.y ?? 0) + 20, { steps: 6 })
  await page.mouse.up()
  await eventually(names).toEqual(['地址', '营业时间', '停车', '其他'])
})

test('deleted, and brought back', async () => {
  const page = await open(`${A}/rules`)
  await row(page, '停车').locator('.opener').click()
  await page.getByRole('menuitem', { name: '删除' }).click()
  await eventually(names).toEqual(['营业时间', '地址', '其他'])
  await page.getByRole('button', { name: '撤销' }).first().click()
  await eventually(names).toEqual(['营业时间', '地址', '停车', '其他'])
})

test('409: what somebody else changed is compared, and saved over by decision', async () => {
  const page = await open(`${A}/rules`)
  await page.getByRole('link', { name: '地址' }).click()
  await page.getByLabel('文字', { exact: true }).fill('我的修改')
  const theirs = (await listed()).find((rule) => rule.name === '地址')
  await api('rule/update', { id: theirs?.id, rule: { ...theirs, reply: text('别人的修改') } }, { account: A })
  await page.keyboard.press('Control+s')
  await page.getByText('别人刚改过，你的修改还在').waitFor()
  expect(await page.getByLabel('文字', { exact: true }).inputValue()).toBe('我的修改')
  await page.getByRole('button', { name: '看差异' }).click()
  await page.getByRole('dialog').getByText('别人的修改').waitFor()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: '仍然保存' }).click()
  await eventually(async () => (await listed()).find((rule) => rule.name === '地址')?.reply).toEqual(text('我的修改'))
})

test('a refused field is marked where it was entered', async () => {
  const page = await open(`${A}/rules/new`)
  await page.getByText('正则', { exact: true }).click()
  await page.getByLabel('正则').last().fill('(')
  await page.getByLabel('文字', { exact: true }).fill('x')
  await page.keyboard.press('Control+s')
  await page.locator('[aria-invalid="true"]').waitFor()
  expect(await page.locator('[aria-invalid="true"]').evaluate((element) => element === document.activeElement || element.contains(document.activeElement))).toBe(true)
  expect(await names()).toHaveLength(4)
})

test('unsaved changes are not left by accident', async () => {
  const page = await open(`${A}/rules`)
  await page.getByRole('link', { name: '停车' }).click()
  await page.getByLabel('名称').fill('停车场')
  let asked = ''
  page.once('dialog', (dialog) => {
    asked = dialog.message()
    void dialog.dismiss()
  })
  await page.getByRole('link', { name: '概览' }).first().click()
  await eventually(() => asked).toBe('放弃修改？')
  expect(await page.getByLabel('名称').inputValue()).toBe('停车场')
})

test('a rule is switched off by key, and users no longer get its reply', async () => {
  const page = await open(`${A}/rules`)
  await row(page, '地址').getByRole('switch').focus()
  await page.keyboard.press('Space')
  await eventually(async () => (await listed()).find((rule) => rule.name === '地址')).toMatchObject({ off: true })
  await eventually(() => say('在哪里'), 70_000).toContain('收到')
  await accessible(page)
}, 90_000)

test('the test box says why each other rule did not match', async () => {
  const page = await open(`${A}/rules`)
  await page.getByRole('link', { name: '停车' }).click()
  await page.getByLabel('用户发').fill('停车场')
  await page.getByLabel('用户发').press('Enter')
  await page.locator('.verdicts .match', { hasText: '这一条' }).waitFor()
  await page.locator('.verdicts li', { hasText: '地址' }).getByText('不含关键词').waitFor()
  await page.locator('.verdicts').getByText(/前面已命中/).first().waitFor()
  await accessible(page)
})

test('a version is rolled back', async () => {
  await api('rule/delete', { id: (await listed())[0]?.id }, { account: A })
  expect(await names()).toHaveLength(3)
  const page = await open(`${A}/rules/versions`)
  await accessible(page)
  await page.getByRole('button', { name: '回退' }).first().click()
  await page.getByText('已回退到版本').waitFor()
  expect(await names()).toEqual(['营业时间', '地址', '停车', '其他'])
})

describe('import', () => {
  const choose = async (page: Page, name: string, content: string): Promise<void> => {
    await page.locator('.page-header .opener').click()
    await page.getByRole('menuitem', { name: '导入', exact: true }).click()
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
  }
  test('of a CSV file names every mistake by its line, and changes nothing', async () => {
    const page = await open(`${A}/rules`)
    await row(page, '其他').waitFor()
    await choose(page, 'a.csv', '\uFEFFname,match,keywords,type,content,off\n发票,contains,发票,text,请联系客服,\n坏一,like,x,text,y,\n坏二,contains,,text,y,\n')
    await page.getByText('第 3 行').waitFor()
    await page.getByText('第 4 行').waitFor()
    await accessible(page)
    expect(await names()).toHaveLength(4)
  })
  test('of what was exported gives back the same rules', async () => {
    const before = await listed()
    const page = await open(`${A}/rules`)
    await row(page, '其他').waitFor()
    await page.locator('.page-header .opener').click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: '导出' }).click()
    const file = await readFile(await (await downloading).path(), 'utf8')
    await api('rule/import', { append: false, rules: [FOUR[0]] }, { account: A })
    await page.reload()
    await row(page, '营业时间').waitFor()
    await choose(page, 'rules.json', `\uFEFF${file}`)
    await page.getByRole('dialog').getByText('替换').click()
    await page.getByRole('dialog').getByRole('button', { name: '导入' }).click()
    await eventually(async () => (await listed()).map(({ id: _, ...rule }) => rule)).toEqual(before.map(({ id: _, ...rule }) => rule))
  })
  test("of WeChat's own replies, looked at first", async () => {
    await api('rule/import', { append: false, rules: [] }, { account: A })
    const page = await open(`${A}/rules`)
    await page.getByRole('button', { name: '从公众平台导入' }).click()
    await page.getByText('可导入').waitFor()
    await accessible(page)
    expect(await names(), 'a look changes nothing').toEqual([])
    await page.getByRole('dialog').getByRole('button', { name: /追加|替换|导入/ }).last().click()
    await eventually(async () => (await names()).length).toBeGreaterThan(3)
  })
})

test('ten thousand rules are moved and found by keys', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => contains(`规则${index}`, `词${index}`))
  await api('rule/import', { append: false, rules: many }, { account: A })
  const page = await open(`${A}/rules`)
  await row(page, '规则0').first().waitFor({ timeout: 20_000 })
  expect(await page.locator('.rule').count()).toBeLessThan(200)
  await page.locator('.handle').nth(1).focus()
  for (const key of ['Space', 'ArrowUp', 'Space']) await page.keyboard.press(key)
  await page.getByText('已移到第 1 条').first().waitFor()
  expect((await api<{ rules: Rule[] }>('rule/list', { limit: 2 }, { account: A })).rules.map((rule) => rule.name)).toEqual(['规则1', '规则0'])
  await page.keyboard.press('/')
  await page.keyboard.type('规则9999')
  await row(page, '规则9999').waitFor()
}, 90_000)

test('names and words of others are text', async () => {
  await api('rule/import', { append: false, rules: [{ name: HOSTILE.slice(0, 60), when: { keyword: { contains: ['<b>x</b>'] } }, reply: text(HOSTILE) }] }, { account: A })
  const page = await open(`${A}/rules`)
  await page.locator('.rule a', { hasText: '<img' }).click()
  await page.locator('.phone', { hasText: '<script>' }).waitFor()
  expect(await page.locator('.phone a[href^="javascript"], .phone img[src="x"]').count()).toBe(0)
  await page.getByText('看调用').click()
  await page.locator('dialog pre', { hasText: '<script>' }).waitFor()
})

test('by keyboard alone: from the list into a rule, its text, and back', async () => {
  const page = await open(`${A}/rules`)
  await row(page, '地址').waitFor()
  await tabTo(page, '.rule a')
  await page.keyboard.press('Enter')
  await page.getByLabel('名称').waitFor()
  await tabTo(page, '.reply-text textarea')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('键盘写的')
  await page.keyboard.press('Control+s')
  await page.getByText('已保存').waitFor()
  await eventually(async () => (await listed())[0]?.reply).toEqual(text('键盘写的'))
})

test('a key that only reads gets no controls, one without the scope a sentence', async () => {
  const reader = await api<{ key: string }>('key/create', { name: '只读', scopes: ['rule:read'] }, { account: A })
  const page = await open(`${A}/rules`, { key: reader.key })
  await row(page, '地址').waitFor()
  expect(await page.locator('.handle, .page-header .primary').count()).toBe(0)
  const other = await api<{ key: string }>('key/create', { name: '客服', scopes: ['message:read'] }, { account: A })
  const denied = await open(`${A}/rules`, { key: other.key })
  await denied.getByText('当前密钥没有「规则」权限，请联系管理员').waitFor()
  expect(await denied.locator('nav').first().getByText('规则').count()).toBe(0)
})

test('403, 500 and offline', async () => {
  const page = await open(`${A}/rules`)
  await row(page, '地址').waitFor()
  await answers(page, 'rule/reorder', 403, 'forbidden')
  await page.locator('.handle').nth(1).focus()
  for (const key of ['Space', 'ArrowUp', 'Space']) await page.keyboard.press(key)
  await page.getByText('当前密钥没有这项权限').waitFor()
  await page.getByRole('link', { name: '地址' }).click()
  await answers(page, 'rule/update', 500, 'internal')
  await page.getByLabel('文字', { exact: true }).fill('改了')
  await page.keyboard.press('Control+s')
  await page.getByText('服务出错，已记录').waitFor()
  await page.unroute('**/api/rule/update?*')
  await page.context().setOffline(true)
  await page.keyboard.press('Control+s')
  await page.locator('.problem').getByText('网络不通').waitFor()
  await page.context().setOffline(false)
  await page.keyboard.press('Control+s')
  await page.getByText('已保存').waitFor()
  expect((await listed())[1]?.reply).toEqual(text('改了'))
})

test('on a phone, in English and dark', async () => {
  const opened = await context({ width: 390, locale: 'en-GB', colorScheme: 'dark' })
  const page = await opened.newPage()
  for (const place of ['rules', `rules/${(await listed())[0]?.id}`, 'rules/versions']) {
    await page.goto(`${world.url}/console/#/${A}/${place}`)
    await page.locator('h1').waitFor()
    await page.waitForLoadState('networkidle')
    expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBe(390)
    await accessible(page)
  }
})
