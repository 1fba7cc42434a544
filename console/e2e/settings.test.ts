// S14: what is stored and for how long, erasing a user, and this browser's own settings.
import { expect, test } from 'vitest'
import { accessible, answers, api, context, eventually, open, somebody, tabTo, user, world } from './desk.ts'

const A = 'settings'
interface Settings { retention_days: number; unstored_events: string[]; messages: number }
const stored = (): Promise<Settings> => api<Settings>('account/settings', {}, { account: A })

test('retention and events that are not stored are changed, and said in advance what is deleted', async () => {
  const page = await open(`${A}/settings`)
  await page.getByLabel('消息保留').waitFor()
  await accessible(page)
  await page.getByLabel('消息保留').fill('30')
  await page.getByRole('button', { name: '上报位置' }).click()
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('已保存').waitFor()
  expect(await stored()).toMatchObject({ retention_days: 30, unstored_events: ['location'] })
  await page.route('**/api/account/update?*', async (route) => {
    const body = route.request().postDataJSON() as { dry_run?: boolean }
    return body.dry_run ? route.fulfill({ json: { ...(await stored()), retention_days: 1, would_forget: 37 } }) : route.continue()
  })
  await page.getByLabel('消息保留').fill('1')
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('dialog').getByText('有 37 条消息和事件早于 1 天').waitFor()
  await accessible(page)
  expect((await stored()).retention_days, 'nothing was changed yet').toBe(30)
  await page.getByRole('dialog').getByRole('button', { name: '保存并删除' }).click()
  await eventually(async () => (await stored()).retention_days).toBe(1)
})

test('a refused field is marked; 403 and 500', async () => {
  const page = await open(`${A}/settings`)
  await page.getByLabel('不存储的事件').fill('subscribe')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  for (const [status, code, words] of [[403, 'forbidden', '当前密钥没有这项权限'], [500, 'internal', '服务出错，已记录']] as const) {
    await page.unroute('**/api/account/update?*')
    await answers(page, 'account/update', status, code)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('alert').getByText(words).waitFor()
  }
})

test('a retention that is left empty is marked, and nothing is saved', async () => {
  const before = await stored()
  const page = await open(`${A}/settings`)
  await page.getByLabel('消息保留').fill('')
  await page.getByRole('button', { name: '保存' }).click()
  await page.locator('[aria-invalid="true"]').waitFor()
  await page.locator('.number-input', { hasText: '不能为空' }).waitFor()
  await accessible(page)
  expect(await stored()).toEqual(before)
  await page.getByLabel('消息保留').fill('25')
  await page.getByRole('button', { name: '保存' }).click()
  await eventually(async () => (await stored()).retention_days).toBe(25)
})

test('the requests of this browser are counted over its tabs, and abroad the time says whose it is', async () => {
  const opened = await context({ timezoneId: 'Europe/Berlin' })
  const [one, other] = [await opened.newPage(), await opened.newPage()]
  const shown = async (): Promise<number> => Number((await one.locator('.field', { hasText: '今日请求' }).locator('.number').innerText()).replaceAll(',', ''))
  await one.goto(`${world.url}/console/#/${A}/settings`)
  await one.getByText('都是北京时间（UTC+8）').waitFor()
  await one.locator('.zone', { hasText: /北京时间 \d\d:\d\d/ }).waitFor()
  const before = await shown()
  expect(before).toBeGreaterThan(1)
  await other.goto(`${world.url}/console/#/${A}/stats`)
  await other.locator('.chart, .empty').first().waitFor()
  await one.reload()
  await eventually(shown).toBeGreaterThan(before + 2)
  const inChina = await (await context({ timezoneId: 'Asia/Shanghai' })).newPage()
  await inChina.goto(`${world.url}/console/#/${A}/settings`)
  await inChina.getByText('都是北京时间（UTC+8）').waitFor()
  expect(await inChina.locator('.zone').count()).toBe(0)
})

test('a user is erased after the end of the OpenID was typed', async () => {
  const openid = somebody()
  await user(A, openid, 'say', '请删除我的资料')
  const page = await open(`${A}/settings`)
  await page.getByPlaceholder('OpenID').fill(openid)
  await page.getByRole('button', { name: '抹除' }).click()
  const dialog = page.getByRole('dialog', { name: '抹除此用户？' })
  expect(await dialog.getByRole('button', { name: '抹除' }).isDisabled()).toBe(true)
  await accessible(page)
  await dialog.getByLabel(/输入 OpenID 的后 4 位/).fill(openid.slice(-4))
  await page.keyboard.press('Enter')
  await page.getByText('已抹除用户').waitFor()
  expect((await api<{ messages: unknown[] }>('message/list', { openid }, { account: A })).messages).toEqual([])
})

test('theme, language and single keys of this browser', async () => {
  const page = await open(`${A}/settings`)
  await page.locator('label', { hasText: '深色' }).click()
  await eventually(() => page.locator('html').getAttribute('data-theme')).toBe('dark')
  await page.getByRole('switch', { name: '单键快捷键' }).click()
  await page.locator('h1').focus()
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await page.getByRole('heading', { name: '设置' }).waitFor()
  await page.locator('label', { hasText: 'English' }).click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await accessible(page)
})

test('a viewer only looks, and on a phone in English and dark', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '只读', scopes: ['account:read'] }, { account: A })
  const viewer = await open(`${A}/settings`, { key })
  await viewer.getByText('只读').first().waitFor()
  expect(await viewer.getByRole('button', { name: '保存' }).count()).toBe(0)
  expect(await viewer.getByRole('button', { name: '抹除' }).count()).toBe(0)
  const phone = await open(`${A}/settings`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  await phone.getByLabel('Keep messages for').waitFor()
  expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await accessible(phone)
  await tabTo(phone, '.number-input input')
})

test('the web app: a manifest with icons that are there, in the scope of the console', async () => {
  const page = await open(`${A}/settings`)
  const href = await page.locator('link[rel=manifest]').getAttribute('href')
  const manifest = (await (await fetch(`${world.url}${href}`)).json()) as { start_url: string; scope: string; display: string; icons: { src: string; sizes: string; purpose?: string }[] }
  expect(manifest).toMatchObject({ start_url: './', scope: './', display: 'standalone' })
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true)
  for (const { src, sizes } of manifest.icons) {
    const picture = await fetch(`${world.url}/console/${src}`)
    expect([src, picture.status, picture.headers.get('content-type')?.startsWith('image/')]).toEqual([src, 200, true])
    if (sizes === 'any') continue
    const bytes = new DataView(await picture.arrayBuffer())
    expect(`${bytes.getUint32(16)}x${bytes.getUint32(20)}`, src).toBe(sizes)
  }
  expect((await fetch(`${world.url}/console/apple-touch-icon.png`)).status).toBe(200)
})

test('in browsers without the newer functions of AbortSignal', async () => {
  const opened = await context()
  await opened.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'any')
    Reflect.deleteProperty(AbortSignal, 'timeout')
  })
  const page = await opened.newPage()
  await page.goto(`${world.url}/console/#/${A}/settings`)
  await page.getByLabel('消息保留').waitFor()
})

test('with the colours of the system, what is chosen can be told from what is not', async () => {
  const page = await open(`${A}/settings`)
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  const look = (selector: string) => page.locator(selector).first().screenshot({ animations: 'disabled' })
  const keys = page.getByRole('switch')
  const on = await look('main [role="switch"]')
  await keys.click()
  await page.mouse.move(0, 0)
  expect((await look('main [role="switch"]')).equals(on), 'a switch').toBe(false)
  await page.goto(`${world.url}/console/#/${A}/menu`)
  await page.getByRole('button', { name: '从空白开始' }).click()
  const [chosen, other] = ['.check:has(:checked) input', '.check:has(:not(:checked)) input']
  await page.locator(chosen).first().waitFor()
  expect((await look(chosen)).equals(await look(other)), 'one of several').toBe(false)
})
