// S7: webhooks, their secrets and tests, and deliveries that failed.
import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { accessible, answers, api, cron, eventually, HOSTILE, open, somebody, tabTo, user, world } from './desk.ts'

const A = 'backends'
interface Webhook { id: string; url: string; mode: string; name?: string; off?: boolean; messages?: string[]; budget_ms?: number }
interface Delivery { id: string; state: string; webhook: string; attempts: number }
const listed = async (): Promise<Webhook[]> => (await api<{ webhooks: Webhook[] }>('webhook/list', {}, { account: A })).webhooks
const deliveries = async (state: string): Promise<Delivery[]> => (await api<{ deliveries: Delivery[] }>('delivery/list', { state }, { account: A })).deliveries
let backend: Server
let status = 200
let body: unknown = {}
let url = ''
const got: { headers: Record<string, unknown>; text: string }[] = []

beforeAll(async () => {
  backend = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      got.push({ headers: request.headers, text: Buffer.concat(chunks).toString() })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => backend.once('listening', resolve))
  url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`
})
afterAll(() => new Promise((resolve) => backend.close(resolve)))
beforeEach(async () => {
  for (const { id } of await listed()) await api('webhook/delete', { id }, { account: A })
  ;[status, body] = [200, {}]
  got.length = 0
})
/** Whether a request of the backend is signed with this secret. */
function signedWith(secret: string): boolean {
  const { headers, text } = got.at(-1) ?? { headers: {}, text: '' }
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`).digest('base64')
  return String(headers['webhook-signature']).split(' ').includes(`v1,${signature}`)
}

test('a backend is made, its secret shown once, tested, and answers a user', async () => {
  body = { reply: { msgtype: 'text', text: { content: '订单已发货' } } }
  const page = await open(`${A}/backends`)
  await page.getByText('还没有后端').waitFor()
  await accessible(page)
  await page.getByRole('button', { name: '新建' }).first().click()
  await page.getByLabel('https 网址，用公网域名').fill(url)
  await page.getByLabel('名称').fill('订单系统')
  await page.getByText('由后端回复', { exact: true }).click()
  await accessible(page)
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog', { name: '签名口令' })
  const secret = (await dialog.locator('code').innerText()).trim()
  await accessible(page)
  await dialog.getByRole('button', { name: '我已保存' }).click()
  await page.getByRole('heading', { name: '订单系统', level: 1 }).waitFor()
  expect(await page.locator('body').innerText()).not.toContain(secret)
  expect(await listed()).toMatchObject([{ name: '订单系统', mode: 'respond', url }])

  await page.getByRole('button', { name: '测试' }).click()
  await page.getByRole('dialog').getByText('后端应答正常').waitFor()
  await page.locator('.phone', { hasText: '订单已发货' }).waitFor()
  expect(signedWith(secret)).toBe(true)
  await accessible(page)
  await eventually(() => user(A, somebody(), 'say', '我的订单'), 70_000).toContain('订单已发货')
}, 100_000)

test('a test that fails says how, and what a 401 mostly means', async () => {
  status = 401
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url, mode: 'respond' } }, { account: A })
  const page = await open(`${A}/backends/${id}`)
  await page.getByRole('button', { name: '测试' }).click()
  await page.getByText('后端没有正常应答').waitFor()
  await page.getByText('后端返回 401').waitFor()
  await page.getByText('可能不是这一个').waitFor()
})

test('the secret is shown again, and rotated: both sign for a day', async () => {
  const { id, secret } = await api<{ id: string; secret: string }>('webhook/create', { webhook: { url, mode: 'notify', name: '轮换' } }, { account: A })
  const page = await open(`${A}/backends/${id}`)
  await page.getByRole('button', { name: '显示' }).click()
  await page.getByRole('dialog').getByText(secret).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click()
  await page.getByRole('button', { name: '更换' }).click()
  await page.getByRole('dialog').getByText('24 小时内新旧都有效').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '更换' }).click()
  const next = (await page.getByRole('dialog').locator('code').innerText()).trim()
  expect(next).not.toBe(secret)
  await page.getByRole('button', { name: '我已保存' }).click()
  await api('webhook/test', { id }, { account: A })
  expect([signedWith(secret), signedWith(next)]).toEqual([true, true])
  const { entries } = await api<{ entries: { call: string }[] }>('audit/list', {}, { account: A })
  expect(entries.map(({ call }) => call)).toEqual(expect.arrayContaining(['webhook/secret', 'webhook/rotate_secret']))
})

test('what was given up after 410 is replayed when the backend is switched on again', async () => {
  status = 410
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url, mode: 'notify', name: '仓库' } }, { account: A })
  await eventually(async () => (await user(A, somebody(), 'say', HOSTILE), (await deliveries('dead')).length), 70_000).toBeGreaterThan(0)
  const page = await open(`${A}/backends`)
  await page.getByText(/已放弃 \d/).click()
  await page.getByRole('heading', { name: '仓库', level: 1 }).waitFor()
  await page.locator('main li').first().waitFor()
  await page.getByText('后端已停用').first().waitFor()
  await accessible(page)
  await page.getByRole('link', { name: /查看 .* 的推送/ }).first().click()
  await page.getByRole('dialog').getByText('后端已停用或已删除').waitFor()
  await page.getByRole('dialog').locator('b', { hasText: '410' }).first().waitFor()
  await accessible(page)
  await page.keyboard.press('Escape')
  status = 200
  got.length = 0
  await page.getByRole('button', { name: '全部重推' }).click()
  await page.getByRole('dialog').getByText(/将重推 \d+ 条/).waitFor()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: '启用并重推' }).click()
  await page.getByText(/已开始重推 \d+ 条/).waitFor()
  expect((await listed()).find((each) => each.id === id)?.off ?? false).toBe(false)
  await eventually(async () => (await cron(), (await deliveries('dead')).length + (await deliveries('pending')).length), 40_000).toBe(0)
  expect(got.length).toBeGreaterThan(0)
  await page.getByRole('button', { name: '自动刷新' }).click()
  await page.getByText('没有已放弃的推送').waitFor({ timeout: 15_000 })
}, 150_000)

/** The pending deliveries of a backend that has answered 500. */
async function pendingDeliveries(): Promise<Page> {
  status = 500
  await api('webhook/create', { webhook: { url, mode: 'notify', name: '慢' } }, { account: A })
  await eventually(async () => (await user(A, somebody(), 'say', '推送'), (await deliveries('pending')).some(({ attempts }) => attempts > 0)), 70_000).toBe(true)
  const page = await open(`${A}/backends`)
  await page.getByText(/待重试 \d/).click()
  await page.locator('main li', { hasText: '后端返回 500' }).first().waitFor()
  return page
}

test('a pending delivery is tried now', async () => {
  const page = await pendingDeliveries()
  await accessible(page)
  // Nothing was given up, so what waits is shown without asking for it.
  await page.goto(page.url().replace(/\?.*/, ''))
  await page.reload()
  await page.locator('main li', { hasText: '后端返回 500' }).first().waitFor()
  await page.getByRole('link', { name: /查看 .* 的推送/ }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: '立即重试' }).click()
  await page.getByText('再次失败：后端返回 500').waitFor()
  await accessible(page)
  status = 200
  await page.getByRole('dialog').getByRole('button', { name: '立即重试' }).click()
  await page.getByText('已送达').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: '设置', exact: true }).last().click()
  await page.getByRole('button', { name: '测试' }).click()
  await page.getByRole('dialog').getByText('后端应答正常').waitFor()
  expect(await page.getByText('后端没有给出回复').count(), 'a backend that is told answers with nothing').toBe(0)
  expect(await page.getByRole('dialog').locator('.primary').count()).toBe(0)
}, 110_000)

test('a pending delivery is tried now from the list', async () => {
  const page = await pendingDeliveries()
  status = 200
  const before = (await deliveries('pending')).length
  await page.getByRole('button', { name: '立即重试', exact: true }).first().click()
  await eventually(async () => (await deliveries('pending')).length, 20_000).toBeLessThan(before)
}, 110_000)

test('a backend whose creation got no answer is made once', async () => {
  const page = await open(`${A}/backends/new`)
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByText('不能为空').waitFor()
  await page.getByLabel('https 网址，用公网域名').fill(url)
  await page.route('**/api/webhook/create?*', async (route) => (await route.fetch(), await route.abort('internetdisconnected')), { times: 1 })
  await page.keyboard.press('Control+s')
  await page.locator('.form .problem', { hasText: '网络不通' }).waitFor()
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog', { name: '签名口令' }).locator('code').waitFor()
  expect(await listed()).toHaveLength(1)
})

test('409, 403, 500, a refused URL, and hostile names as text', async () => {
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url, mode: 'notify', name: HOSTILE.slice(0, 40) } }, { account: A })
  const page = await open(`${A}/backends`)
  await page.locator('main li b', { hasText: '<img' }).waitFor()
  expect(await page.locator('main li img').count()).toBe(0)
  await page.locator('main li .name').click()
  await page.getByLabel('名称').fill('我的名称')
  await api('webhook/update', { id, webhook: { url, mode: 'notify', name: '别人的名称' } }, { account: A })
  await page.keyboard.press('Control+s')
  await page.getByText('别人刚改过，你的修改还在').waitFor()
  await page.getByRole('button', { name: '看差异' }).click()
  await page.getByRole('dialog').getByText('别人的名称').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: '仍然保存' }).click()
  await eventually(async () => (await listed())[0]?.name).toBe('我的名称')
  await page.getByLabel('https 网址，用公网域名').fill('ftp://x')
  await page.keyboard.press('Control+s')
  await page.locator('[aria-invalid="true"]').waitFor()
  await page.getByLabel('https 网址，用公网域名').fill(`${url}x`)
  for (const [code, name, words] of [[403, 'forbidden', '当前密钥没有这项权限'], [500, 'internal', '服务出错，已记录']] as const) {
    await page.unroute('**/api/webhook/update?*')
    await answers(page, 'webhook/update', code, name)
    await page.keyboard.press('Control+s')
    await page.getByRole('alert').getByText(words).waitFor()
  }
})

test('the order, off and on, and deleting', async () => {
  for (const name of ['第一', '第二']) await api('webhook/create', { webhook: { url, mode: 'respond', name } }, { account: A })
  const page = await open(`${A}/backends`)
  await page.locator('main li', { hasText: '第二' }).locator('.opener').click()
  await page.getByRole('menuitem', { name: '上移' }).click()
  await eventually(async () => (await listed()).map(({ name }) => name)).toEqual(['第二', '第一'])
  await page.getByRole('switch', { name: '启用「第一」' }).click()
  await eventually(async () => (await listed()).find(({ name }) => name === '第一')?.off).toBe(true)
  await page.getByRole('link', { name: '第一' }).click()
  await page.locator('.page-header .opener').click()
  await page.getByRole('menuitem', { name: '删除后端' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await page.getByText('已删除「第一」').waitFor()
  expect((await listed()).map(({ name }) => name)).toEqual(['第二'])
})

test('by keyboard, and on a phone in English and dark', async () => {
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url, mode: 'respond', name: 'orders', messages: ['text', 'image', 'voice'] } }, { account: A })
  const page = await open(`${A}/backends`)
  await page.getByRole('link', { name: 'orders' }).waitFor()
  await tabTo(page, 'main li .name')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'orders', level: 1 }).waitFor()
  const phone = await open(`${A}/backends`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const place of ['backends', `backends/${id}`, `backends/${id}/deliveries`, 'backends/new']) {
    await phone.goto(`${world.url}/console/#/${A}/${place}`)
    await phone.locator('main li, form, .empty').first().waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth), place).toBe(390)
    await accessible(phone)
  }
})

test('a page without a match that is not the last does not say that there is none', async () => {
  const page = await open(`${A}/backends`)
  await page.route('**/api/delivery/list?*', (route) => {
    const { cursor, error } = route.request().postDataJSON() as { cursor?: string; error?: string }
    return route.fulfill({ json: cursor || error ? { deliveries: [] } : { deliveries: [], next_cursor: 'more' } })
  })
  await page.goto(`${world.url}/console/#/${A}/backends/to-users/deliveries`)
  await page.getByText('看过的推送里还没有符合的').waitFor()
  await page.getByRole('button', { name: '全部重推' }).waitFor()
  await page.getByRole('button', { name: '加载更多' }).click()
  await page.getByText('没有已放弃的推送').waitFor()
  await page.getByPlaceholder('错误中含有').fill('500')
  await page.keyboard.press('Enter')
  await page.getByText('没有符合条件的内容').waitFor()
})

test('⌘S saves nothing while the secret of a new webhook is shown', async () => {
  const page = await open(`${A}/backends/new`)
  await page.locator('main form input[placeholder^=http]').first().fill('https://twice.example/x')
  const count = async (): Promise<number> => (await api<{ webhooks: { url: string }[] }>('webhook/list', {}, { account: A })).webhooks.filter(({ url }) => url.includes('twice')).length
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog', { name: '签名口令' }).waitFor()
  await page.keyboard.press('Control+s')
  await page.waitForTimeout(500)
  expect(await count()).toBe(1)
})

test('a list that is followed stays while nothing can be read', async () => {
  const page = await open('about:blank')
  const one = { id: 'msg_1', state: 'dead', webhook: '', openid: somebody(), made_at: 1_700_000_000, due_at: 1_700_000_000, attempts: 3, error: 'HTTP 500' }
  await page.route('**/api/delivery/list?*', (route) => route.fulfill({ json: { deliveries: [one], next_cursor: null } }))
  await page.clock.install()
  await page.goto(`${world.url}/console/#/${A}/backends/to-users/deliveries`)
  await page.locator('main ol li').waitFor()
  await page.getByRole('button', { name: '自动刷新' }).click()
  await page.unroute('**/api/delivery/list?*')
  const refused = page.waitForEvent('requestfailed', { predicate: (request) => request.url().includes('delivery/list') })
  await page.route('**/api/delivery/list?*', (route) => route.abort())
  await page.clock.runFor(6000)
  await refused
  await page.locator('.strip').waitFor()
  expect(await page.locator('main ol li').count()).toBe(1)
})

test('a key gets what works with its scopes: a webhook gets messages, and one that is asked answers them', async () => {
  const keyOf = async (...scopes: string[]) => (await api<{ key: string }>('key/create', { name: scopes.join(' '), scopes }, { account: A })).key
  const { id } = await api<{ id: string }>('webhook/create', { webhook: { url, mode: 'respond', name: '应答的' } }, { account: A })
  const without = await open(`${A}/backends`, { key: await keyOf('webhook:write') })
  await without.getByText('只读').waitFor()
  expect(await without.getByRole('button', { name: '新建' }).count()).toBe(0)
  expect(await without.getByRole('switch').count()).toBe(0)
  await without.goto(`${world.url}/console/#/${A}/backends/${id}`)
  await without.getByRole('button', { name: '测试' }).waitFor()
  expect(await without.getByRole('button', { name: '保存' }).count()).toBe(0)
  await without.route('**/api/delivery/list?*', (route) => route.fulfill({ json: { deliveries: [{ id: 'msg_1', state: 'dead', webhook: id, openid: somebody(), made_at: 1_700_000_000, due_at: 1_700_000_000, attempts: 3, error: 'HTTP 500' }] } }))
  await without.goto(`${world.url}/console/#/${A}/backends/${id}/deliveries`)
  await without.locator('main ol li').waitFor()
  expect(await without.locator('main ol li a').count(), 'what a user wrote').toBe(0)

  const reads = await open(`${A}/backends/new`, { key: await keyOf('webhook:write', 'message:read') })
  expect(await reads.getByRole('radio', { name: '由后端回复' }).isDisabled()).toBe(true)
  await reads.getByLabel('https 网址，用公网域名').fill(url)
  await reads.getByRole('button', { name: '保存' }).click()
  await reads.getByRole('dialog', { name: '签名口令' }).waitFor()
})
