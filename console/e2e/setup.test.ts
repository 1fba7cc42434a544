// S2: from deployed to answering, and why it fails.
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessible, answers, api, callback, callsIn, eventually, open, somebody, tabTo, user, verify, wechat, wechatCalls, world, tokenWorks } from './desk.ts'

const A = 'setup'
const step = (name: string) => `.step:has(h2:text-is("${name}"))`
const light = '.light'

/** Opens a step, unless it is open because it comes next. */
async function show(page: Page, name: string): Promise<void> {
  const summary = page.locator(`${step(name)} summary`)
  await summary.waitFor()
  if (!(await page.locator(`${step(name)} details`).evaluate((details) => (details as HTMLDetailsElement).open))) await summary.press('Enter')
}

/** A delivery that is encrypted with another EncodingAESKey, as WeChat would sign it. */
async function deliverWithAnotherKey(): Promise<void> {
  const plain = Buffer.from(`<xml><ToUserName>gh_0a1b2c3d4e5f</ToUserName><FromUserName>${somebody()}</FromUserName><CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId></xml>`)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(plain.length)
  const body = Buffer.concat([randomBytes(16), length, plain, Buffer.from('wx0123456789abcdef')])
  const padding = 32 - (body.length % 32)
  const key = randomBytes(32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const encrypted = Buffer.concat([cipher.update(Buffer.concat([body, Buffer.alloc(padding, padding)])), cipher.final()]).toString('base64')
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), '7']
  const sign = (...parts: string[]): string => createHash('sha1').update(parts.sort().join('')).digest('hex')
  const query = new URLSearchParams({ signature: sign(world.token, timestamp, nonce), timestamp, nonce, encrypt_type: 'aes', msg_signature: sign(world.token, timestamp, nonce, encrypted) })
  await fetch(`${world.url}${callback(A)}?${query}`, { method: 'POST', body: `<xml><ToUserName>gh_0a1b2c3d4e5f</ToUserName><Encrypt>${encrypted}</Encrypt></xml>` })
}

test('from nothing to answering: each step turns when the other side acts', async () => {
  const page = await open(`${A}/setup`)
  await page.locator(step('变量')).locator('.mark .icon').waitFor()
  await accessible(page)

  // Before WeChat's own replies are switched off, they are taken over: looked at first.
  await show(page, '接管原有回复')
  await page.getByText('启用后用户将收不到回复').waitFor()
  await page.getByRole('button', { name: '预览' }).click()
  await page.getByText('可导入').waitFor()
  await accessible(page)
  expect((await api<{ total: number }>('rule/list', {}, { account: A })).total, 'a look changes nothing').toBe(0)
  await page.getByRole('dialog').getByRole('button', { name: '追加' }).click()
  await eventually(async () => (await api<{ total: number }>('rule/list', {}, { account: A })).total).toBeGreaterThan(3)
  await page.locator(`${step('接管原有回复')}.done`).waitFor()

  // The light waits, names what is wrong, and turns.
  const server = page.locator(step('服务器配置'))
  await show(page, '服务器配置')
  await page.locator(light).getByText('等待微信').waitFor()
  expect(await server.locator('code').first().innerText()).toBe(`${world.url}${callback(A)}`)
  expect(await server.locator('.secret code').allInnerTexts(), 'a further account has its values in ACCOUNTS').toEqual(Array(2).fill('npx wrangler secret put ACCOUNTS'))
  expect((await verify(A, { token: 'another' })).ok).toBe(false)
  await page.locator(light).getByText('两边的 Token 不一致').waitFor({ timeout: 20_000 })
  await page.locator('.chain .failed', { hasText: '签名' }).waitFor()
  await accessible(page)
  expect((await verify(A)).ok).toBe(true)
  await page.locator(`${light}.done`).getByText('已通过').waitFor({ timeout: 20_000 })

  await user(A, somebody(), 'say', '你好')
  await page.locator(`${step('打个招呼')}.done`).waitFor({ timeout: 20_000 })
  await page.locator('.hello', { hasText: '你好' }).waitFor()
  await accessible(page)
}, 120_000)

test('a refused delivery is named: another EncodingAESKey, an old clock', async () => {
  await deliverWithAnotherKey()
  const page = await open(`${A}/setup`)
  const server = page.locator(step('服务器配置'))
  await show(page, '服务器配置')
  await server.getByText('无法解密').waitFor({ timeout: 20_000 })
})

const MENU = { button: [{ type: 'click', name: '营业时间', key: 'KEY_HOURS' }, { type: 'view', name: '官网', url: 'https://example.com/' }] }

test('an account without a menu is done with that step', async () => {
  await api('menu/delete', {}, { account: A })
  const page = await open(`${A}/setup`)
  const part = page.locator(step('菜单'))
  await show(page, '菜单')
  await page.getByRole('button', { name: '接管菜单' }).click()
  await part.getByText('现在没有菜单').waitFor()
  await page.locator(`${step('菜单')}.done`).waitFor()
  expect(await part.locator('.bullets').count(), 'what else could not be taken over').toBe(0)
})

test('a menu is published again with keys in place of replies', async () => {
  await api('menu/create', MENU, { account: A })
  const page = await open(`${A}/setup`)
  await show(page, '菜单')
  await page.getByRole('button', { name: '接管菜单' }).click()
  await page.locator('.toast', { hasText: '菜单已发布' }).waitFor()
  const [made] = (await wechatCalls('/cgi-bin/menu/create')).slice(-1)
  expect(made?.body).toContain('营业时间')
})

test('a menu that was made in the console needs no taking over, in any browser', async () => {
  await api('menu/save_draft', { menus: [MENU], replies: [] }, { account: A })
  await api('menu/publish', {}, { account: A })
  await (await open(`${A}/setup`)).locator(`${step('菜单')}.done`).waitFor()
})

test('the check of the providers of models has words', async () => {
  await api('assistant/update', { assistant: { name: '客服', model: { provider: 'sandbox', model: 'sandbox' }, prompt: '花店' } }, { account: A })
  await (await open(`${A}/setup`)).getByText('模型服务的密钥已设置').waitFor()
  await api('assistant/delete', { name: '客服' }, { account: A })
})

test('an account without the interface for menus is told so', async () => {
  await wechat('fail', { errcode: 48001, path: '/cgi-bin/menu/create' })
  try {
    const page = await open(`${A}/setup`)
    await show(page, '菜单')
    await page.getByRole('button', { name: '接管菜单' }).click()
    await page.locator(step('菜单')).getByText(/48001|未认证账号/).first().waitFor()
  } finally {
    await wechat('heal')
  }
})

test('40164: the address to add to the list can be copied, and the step may be skipped', async () => {
  await wechat('fail', { errcode: 40164, errmsg: 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist', calls: 50, path: '/cgi-bin/stable_token' })
  await wechat('expire-tokens')
  try {
    await api('token/get', {}, { account: A, fails: true })
    const page = await open(`${A}/setup`)
    const part = page.locator(step('微信接口'))
    await part.getByText('API IP 白名单').waitFor()
    await part.getByText('203.0.113.7', { exact: true }).waitFor()
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await part.getByRole('button', { name: '复制' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('203.0.113.7')
    await accessible(page)
    await part.getByRole('button', { name: '跳过，只用自动回复' }).click()
    await page.locator(`${step('微信接口')}.done`).waitFor()
  } finally {
    await wechat('heal')
  }
  await tokenWorks(A)
  const page = await open(`${A}/setup`)
  await page.locator(`${step('微信接口')}.done`).waitFor()
}, 90_000)

test('no answer has a secret', async () => {
  const page = await open('about:blank')
  const bodies: Promise<string>[] = []
  page.on('response', (response) => {
    if (response.url().includes('/api/')) bodies.push(response.text().catch(() => ''))
  })
  await page.goto(`${world.url}/console/#/${A}/setup`)
  await page.locator('.steps').waitFor()
  await page.waitForLoadState('networkidle')
  const answered = (await Promise.all(bodies)).join('\n')
  expect(answered.length).toBeGreaterThan(100)
  for (const secret of [world.token, world.rootKey, '0123456789abcdef0123456789abcdef', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG']) expect(answered).not.toContain(secret)
})

test('by keyboard alone: a step opens, and its address is copied', async () => {
  const page = await open(`${A}/setup`)
  await page.locator('.steps').waitFor()
  await tabTo(page, `${step('服务器配置')} summary`)
  await page.keyboard.press('Enter')
  await tabTo(page, `${step('服务器配置')} .value button`)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.keyboard.press('Enter')
  await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${world.url}${callback(A)}`)
})

test('403, 500 and offline', async () => {
  const page = await open('about:blank')
  await answers(page, 'account/check', 500, 'internal')
  await page.goto(`${world.url}/console/#/${A}/setup`)
  await page.locator('.problem').getByText('服务出错，已记录').waitFor()
  await page.unroute('**/api/account/check?*')
  await page.locator('.problem').getByRole('button', { name: '重试' }).click()
  await page.locator('.checks').waitFor()
  await answers(page, 'menu/create', 403, 'forbidden')
  await page.context().setOffline(true)
  await page.getByText('网络已断开').waitFor()
  await page.getByRole('button', { name: '重新检查' }).first().click()
  await page.locator('.problem').getByText('网络不通').waitFor()
  await page.context().setOffline(false)
  await page.getByText('网络已断开').waitFor({ state: 'detached' })
  const { key } = await api<{ key: string }>('key/create', { name: '客服', scopes: ['message:read'] }, { account: A })
  const denied = await open(`${A}/setup`, { key })
  await denied.getByText('当前密钥没有「接入与诊断」权限').waitFor()
})

test('the light asks for ten minutes, no longer', async () => {
  const page = await open('about:blank')
  await page.clock.install()
  await page.goto(`${world.url}/console/#/keys/setup`)
  await page.locator('.steps').waitFor()
  expect((await callsIn(page, 30)).filter((call) => call === 'setup/get').length).toBeLessThanOrEqual(6)
  await page.clock.runFor(11 * 60_000)
  expect((await callsIn(page, 60)).filter((call) => call === 'setup/get')).toEqual([])
})

test('on a phone, in English and dark', async () => {
  const page = await open(`${A}/setup`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  await page.locator('.steps').waitFor()
  for (const name of await page.locator('.step h2').allInnerTexts()) await show(page, name)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await accessible(page)
})
