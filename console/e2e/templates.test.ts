// S13: a form made from a template's fields, one send, and its true result.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { accessible, answers, api, eventually, HOSTILE, open, somebody, tabTo, user, wechatCalls, world } from './desk.ts'

const A = 'templates'
const SHIPPED = 'SANDBOX_0000000000000000000000000000shipped'
const place = (openid: string): string => `${A}/templates/${SHIPPED}?to=${openid}`
const sends = () => wechatCalls('/cgi-bin/message/template/send').then((calls) => calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>))
const follower = async (): Promise<string> => {
  const openid = somebody()
  await user(A, openid, 'event', 'subscribe')
  return openid
}
async function fill(page: Page): Promise<void> {
  await page.getByLabel('订单编号').fill('A1024')
  await page.getByLabel('商品名称').fill('红玫瑰')
  await page.getByLabel('订单金额').fill('¥99.00')
  await page.getByLabel('发货时间').fill('2026年11月26日 14:32')
}
const finish = (openid: string, msgid: string, status: string) => user(A, openid, 'event', 'TEMPLATESENDJOBFINISH', '--set', `MsgID=${msgid}`, '--set', `Status=${status}`)

test('a template is filled in, sent once, and its result comes from WeChat', async () => {
  const openid = await follower()
  const page = await open(`${A}/templates`)
  await page.getByRole('link', { name: '订单发货通知' }).waitFor()
  await accessible(page)
  await page.getByRole('link', { name: '订单发货通知' }).click()
  await page.getByPlaceholder('OpenID').fill(openid)
  await page.getByLabel('商品名称').fill('玫'.repeat(23))
  await page.getByText('多了 3 个字').waitFor()
  expect(await page.getByRole('button', { name: '发送' }).isDisabled()).toBe(true)
  await accessible(page)
  await fill(page)
  await page.locator('form').getByText('网页', { exact: true }).click()
  await page.getByLabel('网址').fill('https://example.com/orders/A1024')
  await page.locator('.card', { hasText: '红玫瑰' }).getByText('查看详情').waitFor()
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.result').getByText('微信已接收').waitFor()
  const sent = (await sends()).filter(({ touser }) => touser === openid)
  expect(sent).toMatchObject([{ template_id: SHIPPED, url: 'https://example.com/orders/A1024', data: { thing2: { value: '红玫瑰' }, amount3: { value: '¥99.00' } } }])
  const msgid = (await page.locator('.result code').innerText()).trim()
  await finish(openid, '1', 'success')
  await finish(openid, msgid, 'success')
  await page.locator('.result').getByText('已送达').waitFor({ timeout: 20_000 })
  await accessible(page)
}, 60_000)

test('the recipient is found by the remark, and what names none is marked before anything is sent', async () => {
  const openid = await follower()
  await api('user/remark', { openid, remark: '王小姐' }, { account: A })
  const page = await open(`${A}/templates/${SHIPPED}`)
  const to = page.getByPlaceholder('OpenID')
  await fill(page)
  for (const words of ['bob', '没有这个人']) {
    await to.fill(words)
    await page.getByLabel('订单编号').focus()
    await page.getByText('没有选定用户').waitFor()
    expect(await to.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByRole('button', { name: '发送' }).isDisabled()).toBe(true)
  }
  await accessible(page)
  // The user has never written.
  await to.fill('王小')
  await page.getByRole('button', { name: '王小姐' }).waitFor()
  await accessible(page)
  await page.getByRole('button', { name: '王小姐' }).click()
  expect(await to.inputValue()).toBe(openid)
  await to.fill('王小姐')
  await page.getByRole('button', { name: '王小姐' }).waitFor()
  await to.press('Enter')
  expect(await to.inputValue()).toBe(openid)
  await page.getByText('没有选定用户').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.result').getByText('发给王小姐').waitFor()
  expect((await sends()).filter(({ touser }) => touser === openid)).toHaveLength(1)
})

test('blocked by the user, as the conversation says later', async () => {
  const openid = await follower()
  const page = await open(place(openid))
  await fill(page)
  await page.getByRole('button', { name: '发送' }).click()
  const msgid = (await page.locator('.result code').innerText()).trim()
  await finish(openid, msgid, 'failed:user block')
  await page.locator('.result').getByText('用户拒收').waitFor({ timeout: 20_000 })
  await page.locator('.result').getByRole('link', { name: '查看会话' }).click()
  await page.locator('.event', { hasText: '模板消息被用户拒收' }).waitFor()
})

test('403, 500, 48001, a user who does not follow, and what was typed stays', async () => {
  const openid = await follower()
  const page = await open(place(openid))
  await fill(page)
  for (const [status, code, words, more] of [[403, 'forbidden', '当前密钥没有这项权限', {}], [500, 'internal', '服务出错，已记录', {}], [502, 'request_failed', '没有收到微信的结果', {}], [403, 'wechat_error', '48001', { errcode: 48001 }]] as const) {
    await page.unroute('**/api/template/send?*')
    await answers(page, 'template/send', status, code, more)
    await page.getByRole('button', { name: '发送' }).click()
    await page.getByRole('alert').getByText(words).waitFor()
  }
  expect(await page.getByLabel('商品名称').inputValue()).toBe('红玫瑰')
  expect((await sends()).filter(({ touser }) => touser === openid)).toEqual([])
  await page.unroute('**/api/template/send?*')
  await user(A, openid, 'event', 'unsubscribe')
  await page.getByRole('button', { name: '发送' }).click()
  await page.getByRole('alert').waitFor()
})

test('the list says why it is empty, and what WeChat refuses', async () => {
  const page = await open('about:blank')
  await answers(page, 'template/list', 403, 'wechat_error', { errcode: 48001 })
  await page.goto(`${world.url}/console/#/${A}/templates`)
  await page.getByText('未认证的账号没有此接口权限（48001）').waitFor()
  await page.unroute('**/api/template/list?*')
  await page.route('**/api/template/list?*', (route) => route.fulfill({ json: { template_list: [{ template_id: 't1', title: HOSTILE, content: `${HOSTILE}：{{thing1.DATA}}`, primary_industry: '', deputy_industry: '', example: '' }] } }))
  await page.getByRole('button', { name: '重试' }).click()
  await page.locator('main li', { hasText: '<script>' }).click()
  await page.locator('.card', { hasText: '<script>' }).waitFor()
  expect(await page.locator('main img').count()).toBe(0)
})

test('what was sent is not sent again before something is changed', async () => {
  const openid = await follower()
  const page = await open(place(openid))
  await fill(page)
  const button = page.getByRole('button', { name: '发送' })
  await button.click()
  await page.locator('.result').waitFor()
  expect(await button.isDisabled()).toBe(true)
  await page.getByText('改动内容或收件人后可再次发送').waitFor()
  await page.getByLabel('商品名称').press('Enter')
  await page.getByLabel('商品名称').fill('白玫瑰')
  await button.click()
  await eventually(async () => (await sends()).filter(({ touser }) => touser === openid).length).toBe(2)
})

test('deleted after a question; read-only without the scope', async () => {
  const { key } = await api<{ key: string }>('key/create', { name: '只读', scopes: ['template:read'] }, { account: A })
  const viewer = await open(place('oX'), { key })
  await viewer.locator('.card').waitFor()
  expect(await viewer.getByRole('button', { name: '发送' }).isDisabled()).toBe(true)
  expect(await viewer.getByRole('button', { name: '删除模板' }).count()).toBe(0)
  const page = await open(`${A}/templates`)
  await page.getByRole('link', { name: '预约成功通知' }).click()
  await page.getByRole('button', { name: '删除模板' }).click()
  await accessible(page)
  await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
  await page.getByText('已删除「预约成功通知」').waitFor()
  await eventually(async () => (await api<{ template_list: { title: string }[] }>('template/list', {}, { account: A })).template_list.map(({ title }) => title)).toEqual(['订单发货通知'])
})

test('by keyboard, and on a phone in English and dark', async () => {
  const page = await open(`${A}/templates`)
  await page.getByRole('link', { name: '订单发货通知' }).waitFor()
  await tabTo(page, 'main li .name')
  await page.keyboard.press('Enter')
  await page.getByLabel('订单编号').waitFor()
  await tabTo(page, '.template-field input')
  const phone = await open(`${A}/templates`, { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  for (const each of ['templates', `templates/${SHIPPED}`]) {
    await phone.goto(`${world.url}/console/#/${A}/${each}`)
    await phone.locator('main li, .card').first().waitFor()
    expect(await phone.evaluate(() => document.documentElement.scrollWidth), each).toBe(390)
    await accessible(phone)
  }
})

test('a message whose answer was lost is sent again under the same id, and the next one under another', async () => {
  const openid = await follower()
  const page = await open(place(openid))
  await fill(page)
  await page.route('**/api/template/send?*', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('form .problem').waitFor()
  await page.unroute('**/api/template/send?*')
  for (const times of [2, 3]) {
    await page.getByLabel('商品名称').fill(times === 2 ? '红玫瑰' : '白玫瑰')
    await page.getByRole('button', { name: '发送' }).click()
    await eventually(async () => (await sends()).filter(({ touser }) => touser === openid).length).toBe(times)
    await page.locator('.result').waitFor()
  }
  const ids = (await sends()).filter(({ touser }) => touser === openid).map(({ client_msg_id }) => client_msg_id)
  expect(ids[0]).toMatch(/^[0-9a-f]{24}$/)
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
})

test('what is filled in is still there after the page was left or loaded again, until it is sent', async () => {
  const openid = await follower()
  const page = await open(`${A}/templates`)
  await page.getByRole('link', { name: '订单发货通知' }).click()
  await page.getByPlaceholder('OpenID').fill(openid)
  await fill(page)
  await page.goBack()
  await page.getByRole('link', { name: '订单发货通知' }).waitFor()
  await page.goForward()
  expect(await page.getByLabel('商品名称').inputValue()).toBe('红玫瑰')
  await page.reload()
  expect(await page.getByLabel('商品名称').inputValue()).toBe('红玫瑰')
  await accessible(page)
  await page.getByRole('button', { name: '放弃修改' }).click()
  expect(await page.getByLabel('商品名称').inputValue()).toBe('')
  await page.getByPlaceholder('OpenID').fill(openid)
  await fill(page)
  await page.getByRole('button', { name: '发送' }).click()
  await page.locator('.result').waitFor()
  await page.reload()
  await page.getByLabel('商品名称').waitFor()
  expect(await page.getByLabel('商品名称').inputValue()).toBe('')
})
