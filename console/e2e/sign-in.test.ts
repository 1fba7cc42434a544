// S1: from a key to a session and back.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessible, api, context, eventually, open, somebody, tabTo, user, world } from './desk.ts'

const address = `${world.url}/console/`
const key = (page: Page) => page.getByLabel('API 密钥')

async function signedOut(look = {}): Promise<Page> {
  const page = await (await context({ key: null, ...look })).newPage()
  await page.goto(address)
  await page.locator('#key').waitFor()
  return page
}
const agentKey = (name: string, account: 'keys' | 'default' = 'keys') => api<{ key: string; id: string }>('key/create', { name, scopes: ['message:write', 'user:write', 'tag:write', 'template:write', 'media:write'] }, { account })
/** What the worker says to a request with these headers. */
async function status(path: string, headers: Record<string, string>, body = '{}'): Promise<number> {
  return (await fetch(`${world.url}${path}`, { method: 'POST', headers, body })).status
}
async function cookieOf(page: Page): Promise<string> {
  const found = (await page.context().cookies(`${world.url}/api/`)).find((cookie) => cookie.name.endsWith('mp_session'))
  expect(found).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  return `${found?.name}=${found?.value}`
}
const OWN = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }

test('a wrong key says so; the root key with spaces around signs in, by keyboard', async () => {
  const page = await signedOut()
  await accessible(page)
  await eventually(() => key(page).evaluate((element) => element === document.activeElement)).toBe(true)
  await page.keyboard.type('wrong-key')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('密钥无效、已过期或已吊销').waitFor()
  await accessible(page)
  expect(await key(page).inputValue()).toBe('wrong-key')
  await tabTo(page, '.enter')
  await key(page).fill(`  ${world.rootKey} `)
  await page.keyboard.press('Enter')
  await page.locator('.side').getByText('根密钥').waitFor()
  expect(new URL(page.url()).hash).toBe('#/default/overview')
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]))
  expect(stored).not.toContain(world.rootKey)
  expect(stored).not.toContain('mp_session')
})

test('a link that is opened where the sign-in page is shown already signs in', async () => {
  const page = await signedOut()
  const { ticket } = await api<{ ticket: string }>('session/ticket', {})
  await page.evaluate((hash) => (location.hash = hash), `#/sign-in?ticket=${ticket}`)
  await page.locator('.side').getByText('根密钥').waitFor()
  expect(page.url()).not.toContain('ticket')
})

test('the cookie counts for the API from the console alone', async () => {
  const page = await open('default/overview')
  const cookie = await cookieOf(page)
  expect(await status('/api/session/get', { ...OWN, Cookie: cookie })).toBe(200)
  expect(await status('/api/session/get', { ...OWN, Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' }), 'posted by another site').toBeGreaterThanOrEqual(401)
  expect(await status('/api/rule/list', { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'text/plain' }), 'a form of this site').toBeGreaterThanOrEqual(401)
  expect(await status('/api/rule/list', { ...OWN, Cookie: `${cookie}x` }), 'a changed cookie').toBe(401)
  // The gateway gives WeChat's calls to keys, never to a cookie.
  for (const path of ['/cgi-bin/token?grant_type=client_credential&appid=wx0123456789abcdef&secret=', '/cgi-bin/getcallbackip?access_token=']) {
    const answer = (await (await fetch(`${world.url}${path}`, { headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' } })).json()) as { errcode?: number }
    expect(answer.errcode, path).toBeGreaterThan(40000)
  }
})

test('an agent sees what an agent may', async () => {
  const { key: secret } = await agentKey('客服小李')
  const page = await signedOut()
  await key(page).fill(secret)
  await page.getByRole('button', { name: '登录' }).click()
  await page.locator('.side').getByText('客服小李').waitFor()
  expect(await page.locator('.side nav a').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining('会话')]))
  expect(await page.locator('.side nav').getByText('规则').count()).toBe(0)
  await page.goto(`${address}#/keys/keys`)
  await page.getByText('当前密钥没有「密钥与成员」权限，请联系管理员').waitFor()
  await accessible(page)
})

test('a link signs in once, and leaves nothing in the address', async () => {
  const { key: secret } = await agentKey('链接')
  const { ticket } = await api<{ ticket: string }>('session/ticket', {}, { key: secret })
  const link = `${address}#/sign-in?ticket=${ticket}`
  const page = await (await context({ key: null })).newPage()
  await page.goto(link)
  await page.locator('.side').getByText('链接').waitFor()
  expect(page.url()).not.toContain(ticket)
  const again = await (await context({ key: null })).newPage()
  await again.goto(link)
  await again.getByRole('alert').getByText('登录链接已失效').waitFor()
  expect(again.url(), 'a used ticket is not shown either').not.toContain(ticket)
})

test('a link to which another site leads replaces no session, and is not used up', async () => {
  const { key: mine } = await agentKey('我自己')
  const { key: theirs } = await agentKey('别人')
  const page = await open('keys/conversations', { key: mine })
  await page.locator('.side').getByText('我自己').waitFor()
  const cookie = await cookieOf(page)
  const { ticket } = await api<{ ticket: string }>('session/ticket', {}, { key: theirs })
  await page.goto('about:blank')
  await page.goto(`${address}#/sign-in?ticket=${ticket}`)
  await page.locator('.toast', { hasText: '已用「我自己」登录' }).waitFor()
  expect(page.url()).not.toContain(ticket)
  expect(await cookieOf(page)).toBe(cookie)
  const other = await (await context({ key: null })).newPage()
  await other.goto(`${address}#/sign-in?ticket=${ticket}`)
  await other.locator('.side').getByText('别人').waitFor()
})

test('a sign-out that the worker could not store is not claimed', async () => {
  const { key: secret } = await agentKey('想退出')
  const page = await open('keys/conversations', { key: secret })
  await page.route('**/api/session/delete**', (route) => route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'a failure of the test', request_id: 'req-of-the-test' } } }))
  await page.locator('.side > .opener').click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.locator('.toast', { hasText: '没有退出登录' }).waitFor()
  await page.locator('.shell').waitFor()
})

test('a sign-out that the database could not note ends the session of this browser and says so', async () => {
  const { key: secret } = await agentKey('退出了')
  const page = await open('keys/conversations', { key: secret })
  const cookie = await cookieOf(page)
  const removed = { 'set-cookie': `${cookie.split('=')[0]}=; Path=/api; Max-Age=0` }
  await page.route('**/api/session/delete**', (route) => route.fulfill({ status: 503, headers: removed, json: { error: { code: 'internal', message: 'a failure of the test', request_id: 'req-of-the-test' } } }))
  await page.locator('.side > .opener').click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.locator('.toast', { hasText: '此浏览器已退出' }).waitFor()
  await page.locator('#key').waitFor()
})

test('a revoked key ends the session within a minute, and what was typed is kept', async () => {
  const openid = somebody()
  await user('keys', openid, 'say', '在吗')
  const { key: secret, id } = await agentKey('将被吊销')
  const page = await open(`keys/conversations/${openid}?filter=all`, { key: secret })
  const box = page.locator('.box textarea')
  await box.fill('写了一半')
  await api('key/revoke', { id }, { account: 'keys' })
  const dialog = page.getByRole('dialog', { name: '登录已失效，请重新登录' })
  await dialog.waitFor({ timeout: 75_000 })
  // It has not expired, and the dialog does not say so.
  await dialog.getByText('密钥已吊销').waitFor()
  await accessible(page)
  const { key: next } = await agentKey('接着用')
  await page.locator('#key').fill(next)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await box.inputValue()).toBe('写了一半')
}, 100_000)

/** Ends the session of the page at its next call; `again` signs in with the session of a key. */
async function endSession(page: Page, { key: other }: { key: string }): Promise<{ again: () => Promise<void> }> {
  const opened = await (await context({ key: other })).newPage()
  await opened.goto(address)
  const answer = await opened.evaluate(async () => (await fetch('/api/session/get', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).json() as Promise<unknown>)
  const cookies = await opened.context().cookies()
  let over = true
  await page.route('**/api/**', async (route) => {
    if (route.request().url().includes('/api/session/create')) {
      over = false
      await page.context().addCookies(cookies)
      return route.fulfill({ json: answer })
    }
    return over ? route.fulfill({ status: 401, json: { error: { code: 'unauthorized', message: 'm', request_id: 'r' } } }) : route.continue()
  })
  return {
    again: async () => {
      await page.locator('dialog #key').fill('the-key-of-the-test')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog', { name: '登录已失效，请重新登录' }).waitFor({ state: 'detached' })
    },
  }
}
const background = (page: Page): Promise<boolean> => page.evaluate(() => dispatchEvent(new Event('online')))

test('signed in again, a list is still there, with the same key and with another one', async () => {
  const A = 'keys'
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url: 'http://127.0.0.1:9/', mode: 'notify', name: '还在' } }, { account: A })
  const { key: other } = await api<{ key: string }>('key/create', { name: '另一把', scopes: ['webhook:write', 'rule:read', 'message:read'] }, { account: A })
  for (const key of [world.rootKey, other]) {
    const page = await open(`${A}/backends`)
    await page.locator('main li', { hasText: '还在' }).waitFor()
    const { again } = await endSession(page, { key })
    await background(page)
    await again()
    await page.locator('main li', { hasText: '还在' }).waitFor()
  }
  await api('webhook/delete', { id }, { account: A })
})

test('a form is not saved to the account of another key that signs in', async () => {
  const { key: other } = await api<{ key: string }>('key/create', { name: '别的账号', scopes: ['webhook:write', 'menu:write', 'message:read'] }, { account: 'keys' })
  const page = await open('backends/backends/new')
  await page.getByLabel('https 网址，用公网域名').fill('http://127.0.0.1:9/half')
  const { again } = await endSession(page, { key: other })
  await page.keyboard.press('Control+s')
  await again()
  await page.getByText('没有公众号「backends」的权限').waitFor()
  await eventually(() => page.url()).toContain('#/keys/')
  expect((await api<{ webhooks: unknown[] }>('webhook/list', {}, { account: 'keys' })).webhooks).toEqual([])

  await api('menu/save_draft', { menus: [{ button: [{ name: '之前', type: 'click', key: 'before' }] }], replies: [] }, { account: 'menu' })
  const menus = await open('menu/menu')
  const saves: string[] = []
  menus.on('request', (request) => void (request.url().includes('menu/save_draft') && saves.push(new URL(request.url()).search)))
  await menus.locator('.editor input').first().waitFor()
  const ended = await endSession(menus, { key: other })
  await menus.locator('.editor input').first().fill('改到一半')
  await ended.again()
  await eventually(() => menus.url()).toContain('#/keys/')
  expect(saves).toEqual(['?account=menu'])
})

test('signed out: the cookie is of no use, in this tab and in the other', async () => {
  const { key: secret } = await agentKey('两个标签')
  const openid = somebody()
  await user('keys', openid, 'say', '你好')
  const opened = await context({ key: secret })
  const [page, other] = [await opened.newPage(), await opened.newPage()]
  for (const each of [page, other]) {
    await each.goto(`${address}#/keys/conversations/${openid}?filter=all`)
    await each.locator('.bubble').first().waitFor()
  }
  const cookie = await cookieOf(page)
  await page.locator('.side > .opener').click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.getByLabel('API 密钥').waitFor()
  await eventually(() => status('/api/session/get', { ...OWN, Cookie: cookie }), 70_000).toBe(401)
  await other.getByRole('dialog', { name: '登录已失效，请重新登录' }).waitFor({ timeout: 20_000 })
}, 120_000)

test('unsaved changes do not hold up a sign-out', async () => {
  const { key: secret } = await api<{ key: string }>('key/create', { name: '写了一半', scopes: ['rule:write'] }, { account: 'keys' })
  const page = await open('keys/rules/new', { key: secret })
  await page.getByLabel('文字', { exact: true }).fill('没有保存')
  await page.locator('.side > .opener').click()
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.locator('#key').waitFor()
  expect(new URL(page.url()).hash).toBe('#/sign-in')
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('没有保存')
})

test('without storage, as where cookies are blocked, the page opens all the same', async () => {
  const opened = await context({ key: null })
  await opened.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, { get: () => { throw new DOMException('denied', 'SecurityError') } })
  })
  const page = await opened.newPage()
  await page.goto(address)
  await page.locator('#key').waitFor()
})

test('503, 500 and no network are told apart', async () => {
  const page = await signedOut({ locale: 'en-GB', colorScheme: 'dark', width: 390 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await accessible(page)
  const submit = async (): Promise<void> => {
    await page.locator('#key').fill('some-key')
    await page.locator('.enter').click()
  }
  for (const [code, answer, words] of [['not_configured', 503, 'ROOT_API_KEY is not set'], ['rate_limited', 429, 'Too many tries'], ['internal', 500, 'Something went wrong']] as const) {
    await page.unroute('**/api/session/create*')
    await page.route('**/api/session/create*', (route) => route.fulfill({ status: answer, json: { error: { code, message: 'm', request_id: 'r' } } }))
    await submit()
    await page.getByRole('alert').getByText(words).waitFor()
  }
  await page.unroute('**/api/session/create*')
  await page.context().setOffline(true)
  await submit()
  await page.getByRole('alert').getByText('No network').waitFor()
})

test('the page starts again after the worker could not be reached', async () => {
  const page = await open('about:blank')
  await page.route('**/api/session/get*', (route) => route.abort())
  await page.goto(`${address}#/default/rules`)
  await page.getByText('网络不通').waitFor()
  await page.unroute('**/api/session/get*')
  await page.getByRole('button', { name: '重试' }).click()
  await page.getByRole('heading', { name: '规则' }).waitFor()
})

test('many wrong keys are refused for a while', async () => {
  const page = await signedOut()
  const tooMany = page.getByRole('alert').getByText('尝试次数过多')
  for (let tries = 0; tries < 40 && !(await tooMany.isVisible()); tries += 1) {
    await key(page).fill(`wrong-${tries}`)
    await page.keyboard.press('Enter')
    await page.locator('.enter[aria-busy]').waitFor({ state: 'detached' })
  }
  await tooMany.waitFor()
}, 90_000)
