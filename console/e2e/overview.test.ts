// S3: what is wrong first, true figures, who waits; and what the shell around every screen does.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessible, answers, api, callsIn, context, cron, eventually, HOSTILE, open, somebody, tabTo, user, wechat, world, tokenWorks } from './desk.ts'

const A = 'overview'
let backend: Server
let status = 500

beforeAll(async () => {
  backend = createServer((_, response) => response.writeHead(status).end('{}')).listen(0, '127.0.0.1')
  await new Promise((resolve) => backend.once('listening', resolve))
})
afterAll(() => new Promise((resolve) => backend.close(resolve)))

test('an account without messages is led to its set-up', async () => {
  const page = await open(`${A}/overview`)
  await page.getByText('还没有收到消息').waitFor()
  await accessible(page)
  await page.getByRole('link', { name: '去接入' }).click()
  await page.getByRole('heading', { name: '接入与诊断' }).waitFor()
})

test('who waits is counted, named and one click away', async () => {
  const openid = somebody()
  await user(A, openid, 'say', HOSTILE)
  await user(A, openid, 'event', 'subscribe')
  await cron()
  const page = await open(`${A}/overview`)
  const waiting = page.locator('.people a').filter({ hasText: '<script>' })
  await waiting.waitFor()
  await eventually(() => page.locator('.figures dd.number').nth(1).innerText()).not.toBe('0')
  await page.locator('.side .badge').waitFor()
  await accessible(page)
  await waiting.first().click()
  await page.locator('.bubble.in', { hasText: '<script>' }).first().waitFor()
})

test('users are counted where users are listed', async () => {
  const [openid, other] = [somebody(), somebody()]
  for (const [who, words] of [[openid, '在吗'], [openid, '有人吗'], [other, '多少钱']] as const) await user(A, who, 'say', words)
  const page = await open(`${A}/overview`)
  await page.locator('.people li').nth(1).waitFor()
  const listed = await api<{ conversations: unknown[] }>('conversation/list', { filter: 'unanswered', limit: 100 }, { account: A })
  const users = String(listed.conversations.length)
  await eventually(() => page.locator('.figures div', { hasText: '未回复的用户' }).locator('dd.number').innerText(), 45_000).toBe(users)
  await page.getByText(`全部 ${users} 人`).waitFor()
  await page.getByRole('link', { name: new RegExp(`会话\\s*${users} 人未回复`) }).click()
  await page.locator('.segmented label', { hasText: '未回复' }).getByText(users, { exact: true }).waitFor()
}, 60_000)

describe('a problem', () => {
  test('of a backend that fails is on top, and gone once its deliveries were replayed', async () => {
    const { port } = backend.address() as AddressInfo
    status = 410
    const { id } = await api<{ id: string }>('webhook/create', { webhook: { url: `http://127.0.0.1:${port}/`, mode: 'notify', name: '订单系统' } }, { account: A })
    await user(A, somebody(), 'say', '下单')
    await eventually(async () => (await api<{ deliveries: unknown[] }>('delivery/list', { state: 'dead' }, { account: A })).deliveries.length, 30_000).toBeGreaterThan(0)
    const page = await open(`${A}/overview`)
    await page.locator('.issues li').first().getByText('条推送已放弃').waitFor({ timeout: 35_000 })
    await accessible(page)
    status = 200
    await api('webhook/update', { id, webhook: { url: `http://127.0.0.1:${port}/`, mode: 'notify', name: '订单系统', off: false } }, { account: A })
    await api('delivery/replay', { webhook: id }, { account: A })
    await page.locator('.issues').getByText('条推送已放弃').waitFor({ state: 'detached', timeout: 70_000 })
  }, 150_000)
})

test('the figures as a table, and day by day, by keyboard', async () => {
  await user(A, somebody(), 'say', '一条消息')
  await cron()
  const page = await open(`${A}/overview`)
  await page.locator('.chart').waitFor()
  await tabTo(page, '.chart')
  await page.keyboard.press('ArrowLeft')
  await eventually(() => page.locator('.chart .legend').innerText()).toMatch(/消息 \d+/)
  await page.getByRole('button', { name: '表', exact: true }).click()
  await page.getByRole('columnheader', { name: '消息' }).waitFor()
  const { days } = await api<{ days: { messages: number }[] }>('stats/summary', { since: Math.floor(Date.now() / 1000) }, { account: A })
  expect(await page.locator('tbody tr').first().locator('td').first().innerText()).toBe(String(days[0]?.messages ?? 0))
})

test('a part that cannot be read says so, and the others stay', async () => {
  const page = await open('about:blank')
  await answers(page, 'conversation/list', 500, 'internal')
  await page.goto(`${world.url}/console/#/${A}/overview`)
  await page.locator('.columns .problem').getByText('服务出错，已记录').waitFor()
  await page.locator('.figures').waitFor()
  await page.unroute('**/api/conversation/list?*')
  await page.locator('.columns .problem').getByRole('button', { name: '重试' }).click()
  await page.locator('.columns .problem').waitFor({ state: 'detached' })
})

test('offline says of when it is', async () => {
  const page = await open(`${A}/overview`)
  await page.locator('.figures').waitFor()
  await page.context().setOffline(true)
  await page.getByText(/网络已断开，显示的是 \d\d:\d\d 的内容/).waitFor()
  expect(await page.locator('.figures').isVisible()).toBe(true)
  await accessible(page)
  await page.context().setOffline(false)
  await page.getByText('网络已断开').waitFor({ state: 'detached' })
})

test('a screen that cannot be fetched without a network is fetched again', async () => {
  const page = await open(`${A}/overview`)
  await page.locator('.figures').waitFor()
  await page.context().setOffline(true)
  await page.locator('.side').getByRole('link', { name: '密钥与成员' }).click()
  await page.getByText('网络不通').waitFor()
  expect(await page.getByText('控制台已更新').count()).toBe(0)
  await page.context().setOffline(false)
  await page.getByRole('button', { name: '重试' }).click()
  await page.getByRole('button', { name: '新建' }).first().waitFor()
})

test('what does not come can be given up, and asked for again', async () => {
  const page = await open('about:blank')
  await page.clock.install()
  await page.route('**/api/stats/summary?*', () => undefined)
  await page.goto(`${world.url}/console/#/${A}/overview`)
  await page.locator('.figures').waitFor()
  await page.clock.runFor(9000)
  await page.locator('section', { hasText: '近 28 天' }).locator('.skeleton', { hasText: '仍在加载' }).getByRole('button', { name: '取消' }).click()
  await page.getByText('已取消').waitFor()
  await page.unroute('**/api/stats/summary?*')
  await page.locator('.problem').getByRole('button', { name: '重试' }).click()
  await page.locator('.problem').waitFor({ state: 'detached' })
})

test('an agent sees neither figures nor problems that the key may not read', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '客服', scopes: ['message:read'] }, { account: A })
  const page = await open(`${A}/overview`, { key })
  await page.getByRole('heading', { name: '概览' }).waitFor()
  await page.locator('.people').waitFor()
  expect(await page.locator('.chart').count()).toBe(0)
})

describe('the shell', () => {
  test('changes the account, and shows nothing of the one before', async () => {
    const page = await open(`${A}/overview`)
    await page.locator('.side .account .opener').click()
    await page.getByRole('menuitemradio', { name: /^keys/ }).click()
    await page.waitForURL(`**/#/keys/overview`)
    await page.locator('.side .account', { hasText: 'keys' }).waitFor()
  })
  test('opens screens and users by the palette, and by letters', async () => {
    const page = await open(`${A}/overview`)
    await page.locator('h1').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await accessible(page)
    await page.keyboard.type('密钥')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '密钥与成员' }).waitFor()
    const openid = somebody()
    await user(A, openid, 'say', '找我')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill(openid)
    await page.keyboard.press('Enter')
    await page.locator('.bubble', { hasText: '找我' }).waitFor()
    await page.locator('h1').focus()
    await page.keyboard.press('g')
    await page.keyboard.press('o')
    await page.getByRole('heading', { name: '概览' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: '快捷键' }).waitFor()
    await page.keyboard.press('Escape')
  })
  test('skips to the content, and remembers theme and language', async () => {
    const page = await open(`${A}/overview`)
    await page.locator('.figures, .empty').first().waitFor()
    // A new screen has the focus on its heading; the link is the first of the page.
    await page.locator('.side .find').focus()
    for (let presses = 0; presses < 2; presses += 1) await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('跳到内容')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
    await page.locator('.side > .opener').click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.locator('.side > .opener').click()
    await page.getByRole('menuitemradio', { name: 'Theme: dark' }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
  })
  test('asks nothing while hidden, less often without input, and never WeChat', async () => {
    const page = await open('about:blank')
    await page.clock.install()
    await page.goto(`${world.url}/console/#/${A}/overview`)
    await page.locator('.figures').waitFor()
    const minute = await callsIn(page, 60)
    expect(minute.length, minute.join()).toBeLessThanOrEqual(2)
    expect(minute.filter((call) => call === 'account/check'), 'a check asks WeChat').toEqual([])
    const idle = await callsIn(page, 240)
    expect(idle.length, 'after two minutes a third as often').toBeLessThanOrEqual(6)
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    expect(await callsIn(page, 60)).toEqual([])
  })
  test('on a phone, in English and dark', async () => {
    const page = await (await context({ width: 390, locale: 'en-GB', colorScheme: 'dark' })).newPage()
    await page.goto(`${world.url}/console/#/${A}/overview`)
    await page.locator('.figures, .empty').first().waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    await accessible(page)
    await page.locator('.bottom').getByRole('link', { name: 'Rules' }).click()
    await page.getByRole('heading', { name: 'Rules' }).waitFor()
    await page.locator('.bottom .opener').click()
    await page.getByRole('menuitem', { name: 'Keys' }).click()
    await page.locator('h1', { hasText: 'Keys' }).waitFor()
  })
})

test('a token that WeChat refuses is named, and gone when it works again', async () => {
  await wechat('fail', { errcode: 40125, errmsg: 'invalid appsecret', calls: 20, path: '/cgi-bin/stable_token' })
  await wechat('expire-tokens')
  try {
    await api('account/check', {}, { account: A })
    const page = await open(`${A}/overview`)
    await page.locator('.issues').getByText(/AppSecret|access_token/).first().waitFor({ timeout: 35_000 })
    await accessible(page)
  } finally {
    await wechat('heal')
  }
  await tokenWorks(A)
  const page = await open(`${A}/overview`)
  await page.locator('.figures').waitFor()
  await page.locator('.issues').getByText(/AppSecret|access_token/).waitFor({ state: 'detached', timeout: 35_000 })
}, 240_000)
