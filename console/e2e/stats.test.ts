// S10: figures of days, rules, menu, scenes and unanswered words, as the API has them, and as CSV.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { accessible, answers, api, cron, eventually, HOSTILE, open, somebody, tabTo, user, world } from './desk.ts'

const A = 'stats'
const now = (): number => Math.floor(Date.now() / 1000)
const report = (by: string) => api<Record<string, Record<string, unknown>[]>>('stats/report', { since: now(), by: [by] }, { account: A })

test('messages and events come', async () => {
  await api('rule/import', { append: false, rules: [{ id: 'r_hours', name: '营业时间', when: { keyword: { contains: ['几点'] } }, reply: { msgtype: 'text', text: { content: '九点' } } }, { when: { keyword: { contains: ['停车'] } }, reply: { msgtype: 'text', text: { content: '有' } } }] }, { account: A })
  await eventually(() => user(A, somebody(), 'say', '几点'), 70_000).toContain('九点')
  await user(A, somebody(), 'say', '停车')
  for (const words of ['多少钱', '多少钱', HOSTILE]) await user(A, somebody(), 'say', words)
  await user(A, somebody(), 'event', 'SCAN', '--key', '西湖')
  await user(A, somebody(), 'event', 'CLICK', '--key', 'TODAY')
  await cron()
}, 120_000)

test('an account without messages says when there will be some', async () => {
  const page = await open('phone/stats')
  await page.getByText('收到消息后显示').waitFor()
  await accessible(page)
})

test('every view shows what the API holds', async () => {
  const page = await open(`${A}/stats`)
  await page.locator('.chart').waitFor()
  await accessible(page)
  const { days } = await report('day')
  expect(await page.locator('tbody tr').first().locator('td').first().innerText()).toBe(String(days?.[0]?.['messages']))
  for (const [tab, words] of [['规则', '营业时间'], ['菜单', 'TODAY'], ['场景', '西湖'], ['没有回复的话', '多少钱']] as const) {
    await page.getByRole('navigation', { name: '统计' }).getByRole('link', { name: tab, exact: true }).click()
    await page.locator('tbody th', { hasText: words }).first().waitFor()
    await accessible(page)
  }
  await page.locator('tbody th', { hasText: '<script>' }).waitFor()
  expect(await page.locator('tbody img').count()).toBe(0)
  await page.locator('tr', { hasText: '多少钱' }).getByRole('link', { name: '添加规则' }).click()
  await page.getByRole('heading', { name: '多少钱' }).waitFor()
})

test('buttons, codes and rules have their names, beside the keys and in the file', async () => {
  await api('menu/save_draft', { menus: [{ button: [{ name: '今日推荐', type: 'click', key: 'TODAY' }] }], replies: [] }, { account: A })
  await api('menu/publish', {}, { account: A })
  await api('qrcode/create', { name: '西湖店', scene_str: '西湖' }, { account: A })
  const page = await open(`${A}/stats?by=key`)
  const row = page.locator('tbody tr', { hasText: 'TODAY' })
  await row.locator('th', { hasText: '今日推荐' }).waitFor()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  expect(await readFile(await (await downloading).path(), 'utf8')).toContain('今日推荐,TODAY,')
  await page.getByRole('navigation', { name: '统计' }).getByRole('link', { name: '规则', exact: true }).click()
  await page.locator('tbody th', { hasText: '包含 停车' }).waitFor()
  await page.getByRole('navigation', { name: '统计' }).getByRole('link', { name: '场景', exact: true }).click()
  await page.locator('tbody tr', { hasText: '西湖店' }).locator('td', { hasText: '西湖' }).first().waitFor()
  await accessible(page)
}, 120_000)

test('a file has what is shown, and no formula', async () => {
  await user(A, somebody(), 'say', '=1+1')
  await cron()
  const page = await open(`${A}/stats?by=word`)
  await page.locator('tbody th', { hasText: '=1+1' }).waitFor()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  const file = await readFile(await (await downloading).path(), 'utf8')
  expect(file.startsWith('\uFEFF')).toBe(true)
  expect(file).toContain("'=1+1,1")
  expect(file).toContain('多少钱,2')
})

test('403, 500, by keyboard, and on a phone in English and dark', async () => {
  const page = await open('about:blank')
  for (const [status, code, words] of [[403, 'forbidden', '当前密钥没有这项权限'], [500, 'internal', '服务出错，已记录']] as const) {
    await page.unroute('**/api/stats/report?*')
    await answers(page, 'stats/report', status, code)
    await page.goto(`${world.url}/console/#/${A}/stats?days=${status === 403 ? 7 : 28}`)
    await page.locator('.problem').getByText(words).waitFor()
  }
  await page.unroute('**/api/stats/report?*')
  await page.getByRole('button', { name: '重试' }).click()
  await page.locator('.chart').waitFor()
  await tabTo(page, '.chart')
  await page.keyboard.press('ArrowLeft')
  await eventually(() => page.locator('.chart .legend').innerText()).toMatch(/消息 \d+/)
  const phone = await open(`${A}/stats`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const by of ['day', 'outcome', 'time', 'rule', 'key', 'scene', 'word']) {
    await phone.goto(`${world.url}/console/#/${A}/stats?by=${by}`)
    await phone.locator('table, .empty').first().waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth), by).toBe(390)
    await accessible(phone)
  }
})

test('a key that may not read messages is shown figures, and no words of users', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '统计', scopes: ['stats:read'] }, { account: A })
  const page = await open(`${A}/stats?by=word`, { key })
  await page.locator('.chart, .empty').first().waitFor()
  expect(await page.getByRole('link', { name: '没有回复的话' }).count()).toBe(0)
  expect(JSON.stringify(await api('stats/report', { by: ['word'] }, { account: A, key, fails: true }))).toContain('message:read')
})
