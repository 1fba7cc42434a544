// S8: keys, roles, and who changed what.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessible, answers, api, eventually, HOSTILE, open, tabTo, world } from './desk.ts'

const A = 'keys'
interface Key { id: string; name: string; scopes: string[]; revoked_at?: number | null; expires_at?: number | null }
const listed = async (): Promise<Key[]> => (await api<{ keys: Key[] }>('key/list', {}, { account: A })).keys
const row = (page: Page, name: string) => page.locator('main li', { hasText: name })

test('a key for a colleague: shown once, works, and is revoked', async () => {
  const page = await open(`${A}/keys`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill('王五')
  await page.getByText('另有规则').click()
  await page.getByText('权限', { exact: false }).last().click()
  const reads = page.locator('.scopes label', { hasText: 'rule:read' }).locator('input')
  expect([await reads.isChecked(), await reads.isDisabled()], 'writing includes reading').toEqual([true, true])
  await page.locator('.scopes label', { hasText: 'rule:write' }).locator('input').uncheck()
  expect([await reads.isChecked(), await reads.isDisabled()]).toEqual([false, false])
  await page.locator('.scopes label', { hasText: 'rule:write' }).locator('input').check()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByText('只显示这一次').waitFor()
  const secret = (await page.locator('dialog .key code').innerText()).trim()
  await accessible(page)
  await page.getByRole('button', { name: '我已保存' }).click()
  await row(page, '王五').getByText('运营').waitFor()
  await row(page, '王五').getByText('会话、用户、标签').waitFor()
  expect(await page.locator('body').innerText()).not.toContain(secret)
  expect((await api<{ rules: unknown[] }>('rule/list', {}, { account: A, key: secret })).rules).toEqual([])
  await api('key/list', {}, { account: A, key: secret, fails: true }).then((answer) => expect(answer).toMatchObject({ error: { code: 'forbidden' } }))

  await row(page, '王五').getByRole('button', { name: '吊销' }).click()
  await page.getByRole('dialog').getByText('一分钟内失效').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click()
  await page.getByText('已吊销「王五」').waitFor()
  expect((await listed()).find((key) => key.name === '王五')?.revoked_at).toBeGreaterThan(0)
  await eventually(() => api('rule/list', {}, { account: A, key: secret, fails: true }), 70_000).toMatchObject({ error: { code: 'unauthorized' } })
}, 100_000)

test('a key grants only scopes that it has', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '组长', scopes: ['key:write', 'message:write', 'user:write', 'tag:write', 'template:write', 'media:write'] }, { account: A })
  const page = await open(`${A}/keys`, { key })
  await page.getByRole('button', { name: '新建' }).first().click()
  const roles = page.locator('.roles input')
  expect(await roles.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).disabled))).toEqual([false, true, true, true, true])
  await page.getByText('权限', { exact: false }).last().click()
  expect(await page.locator('.scopes label', { hasText: 'rule:write' }).locator('input').isDisabled()).toBe(true)
  await page.getByLabel('名称').fill('组员')
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByText('只显示这一次').waitFor()
  expect((await listed()).find((each) => each.name === '组员')?.scopes.some((scope) => scope.startsWith('key'))).toBe(false)
})

test('an expiry is kept', async () => {
  const page = await open(`${A}/keys`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill('三十天')
  await page.getByLabel('有效期').last().selectOption('30')
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.getByText('只显示这一次').waitFor()
  const expires = (await listed()).find((key) => key.name === '三十天')?.expires_at ?? 0
  expect(Math.abs(expires - (Date.now() / 1000 + 30 * 86_400))).toBeLessThan(120)
})

test('a refused name is marked at its field, and kept', async () => {
  const page = await open(`${A}/keys`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill('长'.repeat(300))
  await page.getByRole('dialog').getByRole('button', { name: '新建' }).click()
  await page.locator('dialog [aria-invalid="true"]').waitFor()
  expect(await page.getByLabel('名称').inputValue()).toHaveLength(300)
})

test('names are text', async () => {
  await api('key/create', { name: HOSTILE.slice(0, 60), scopes: ['message:read'] }, { account: A })
  const page = await open(`${A}/keys`)
  await page.locator('main li b', { hasText: '<img' }).waitFor()
  expect(await page.locator('main li img').count()).toBe(0)
})

test('the audit list says who changed what, and becomes a file without formulas', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '=改规则的人', scopes: ['rule:write'] }, { account: A })
  await api('rule/create', { rule: { name: '审计', when: { keyword: { exact: ['审计'] } }, reply: { msgtype: 'silence' } } }, { account: A, key })
  const page = await open(`${A}/keys/audit`)
  await row(page, '新建规则').getByText('=改规则的人').first().waitFor()
  // The rule is named, and the names of the API are for those who point at the words.
  await row(page, '=改规则的人').getByText('审计').waitFor()
  expect(await row(page, '=改规则的人').locator('[title="rule/create"]').count()).toBe(1)
  await accessible(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).click()
  const file = await readFile(await (await downloading).path(), 'utf8')
  expect(file).toContain("'=改规则的人")
  expect(file).toContain('rule/create')
  expect(file).not.toContain(key)
})

test('by keyboard alone: a dialog takes the focus, Escape gives it back', async () => {
  const page = await open(`${A}/keys`)
  await page.getByRole('heading', { name: '密钥与成员' }).waitFor()
  await tabTo(page, '.page-header .primary')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await page.evaluate(() => document.querySelector('dialog[open]')?.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await eventually(() => page.locator('.page-header .primary').evaluate((element) => element === document.activeElement)).toBe(true)
})

test('403, 409, 500 and offline', async () => {
  const page = await open(`${A}/keys`)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('名称').fill('不成')
  const submit = page.getByRole('dialog').getByRole('button', { name: '新建' })
  for (const [status, code, words] of [[403, 'forbidden', '当前密钥没有这项权限'], [409, 'conflict', '别人刚改过'], [500, 'internal', '服务出错，已记录']] as const) {
    await page.unroute('**/api/key/create?*')
    await answers(page, 'key/create', status, code)
    await submit.click()
    await page.getByRole('alert').getByText(words).waitFor()
  }
  await page.unroute('**/api/key/create?*')
  await page.context().setOffline(true)
  await submit.click()
  await page.getByRole('alert').getByText('网络不通').waitFor()
  expect((await listed()).map((key) => key.name)).not.toContain('不成')
  await page.context().setOffline(false)
  await submit.click()
  await page.getByText('只显示这一次').waitFor()
  expect((await listed()).map((key) => key.name)).toContain('不成')
})

test('on a phone, in English and dark', async () => {
  const page = await open(`${A}/keys`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const place of ['keys', 'keys/audit']) {
    await page.goto(`${world.url}/console/#/${A}/${place}`)
    await page.locator('main li').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth), place).toBe(390)
    await accessible(page)
  }
})
