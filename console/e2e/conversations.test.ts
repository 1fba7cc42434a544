// S4: who waits, the thread and its receipts, answering, taking over.
import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { accessible, answers, api, callsIn, context, eventually, got, HOSTILE, open, somebody, tabTo, user, wechat, world } from './desk.ts'

const A = 'conversations'
const thread = (openid: string, filter = 'all'): string => `${A}/conversations/${openid}?filter=${filter}`
const say = (openid: string, text: string): Promise<string> => user(A, openid, 'say', text)
/** What was sent has this receipt. */
const receipt = (page: Page, words: string) => page.locator('.bubble', { hasText: words }).locator('.receipt')
const box = (page: Page) => page.locator('.box textarea')
const focused = (locator: Locator): Promise<boolean> => locator.evaluate((element) => element === document.activeElement)
/** Of the message with this text: which of two in one second is the newest is not known. */
const outcomeOf = async (openid: string, text: string): Promise<unknown> => (await api<{ messages: { outcome: string }[] }>('message/list', { openid, text }, { account: A })).messages[0]?.outcome

beforeAll(async () => {
  await api('rule/import', { append: false, rules: [{ name: '营业时间', when: { keyword: { contains: ['几点'] } }, reply: { msgtype: 'text', text: { content: '每天 9:00–21:00' } } }] }, { account: A })
})

test('somebody waits, is answered, and has the answer', async () => {
  const openid = somebody()
  await say(openid, '玫瑰多少钱')
  const page = await open(`${A}/conversations?filter=unanswered`)
  await page.locator('.list a', { hasText: '玫瑰多少钱' }).click()
  await receipt(page, '玫瑰多少钱').getByText('未回复').waitFor()
  await page.locator('.thread header').getByText('可回复，剩 47 小时').waitFor()
  // An opened thread can be answered at once.
  await eventually(() => focused(box(page))).toBe(true)
  await page.keyboard.type('99 元起')
  await page.keyboard.press('Enter')
  await receipt(page, '99 元起').getByText('微信已接收').waitFor()
  await receipt(page, '玫瑰多少钱').getByText('已处理', { exact: true }).waitFor()
  expect(await got(openid)).toMatchObject([{ msgtype: 'text', text: { content: '99 元起' } }])
  await page.locator(`.list a[href*="${openid}"]`).waitFor({ state: 'detached' })
  // Sending took over, so that no rule speaks in between.
  await page.locator('.holding').waitFor()
  expect(await say(openid, '几点关门')).not.toContain('9:00')
  await eventually(() => outcomeOf(openid, '几点关门')).toBe('held')
  await receipt(page, '几点关门').getByText('人工接管中').waitFor()
  await page.getByRole('button', { name: '结束接管' }).click()
  await page.locator('.holding').waitFor({ state: 'detached' })
  await eventually(() => say(openid, '几点开门')).toContain('9:00')
  await page.locator('.bubble.out', { hasText: '每天 9:00–21:00' }).getByText('规则「营业时间」').waitFor()
  await accessible(page)
})

test('what a composition ends with is not sent, and Shift Enter breaks a line', async () => {
  const openid = somebody()
  await say(openid, '在吗')
  const page = await open(thread(openid))
  await box(page).fill('nihao')
  await box(page).dispatchEvent('keydown', { key: 'Enter', isComposing: true })
  await box(page).dispatchEvent('keydown', { key: 'Enter', keyCode: 229 })
  await box(page).press('Shift+Enter')
  await box(page).pressSequentially('第二行')
  expect(await box(page).inputValue()).toBe('nihao\n第二行')
  expect(await got(openid)).toEqual([])
  await box(page).press('Enter')
  await eventually(() => got(openid)).toMatchObject([{ text: { content: 'nihao\n第二行' } }])
})

test('a refused message says why and can be sent again; nothing is sent twice by itself', async () => {
  const openid = somebody()
  await say(openid, '有人吗')
  const page = await open(thread(openid))
  await wechat('fail', { errcode: 45047, path: '/cgi-bin/message/custom/send' })
  await box(page).fill('在的')
  await box(page).press('Enter')
  await receipt(page, '在的').getByText('已发满').waitFor()
  expect(await box(page).inputValue(), 'the text is kept').toBe('在的')
  expect(await page.getByRole('button', { name: '重发' }).count(), 'the box is the way to send it').toBe(0)
  await wechat('fail', { errcode: 45047, path: '/cgi-bin/message/custom/send' })
  await box(page).press('Enter')
  await eventually(() => got(openid)).toHaveLength(2)
  await receipt(page, '在的').getByText('已发满').waitFor()
  expect(await page.locator('.bubble', { hasText: '在的' }).count(), 'it replaces what was not sent').toBe(1)
  await box(page).fill('')
  await page.getByRole('button', { name: '重发' }).click()
  await receipt(page, '在的').getByText('微信已接收').waitFor()
  expect((await got(openid)).length, 'two refused calls and the third one').toBe(3)
})

test('a broken connection leaves the result open', async () => {
  const openid = somebody()
  await say(openid, '还在吗')
  const page = await open(thread(openid))
  await wechat('fail', { drop: true, calls: 5, path: '/cgi-bin/message/custom/send' })
  await box(page).fill('稍等')
  await box(page).press('Enter')
  await receipt(page, '稍等').getByText('结果不明').waitFor({ timeout: 20_000 })
  await wechat('heal')
})

test('after the window a reply waits for the next message', async () => {
  const openid = somebody()
  await say(openid, '明天营业吗')
  await eventually(() => outcomeOf(openid, '明天营业吗')).toBe('unanswered')
  const page = await (async () => {
    const opened = await open('about:blank')
    await opened.clock.install({ time: Date.now() + 49 * 3_600_000 })
    await opened.goto(`${world.url}/console/#/${thread(openid)}`)
    return opened
  })()
  await page.locator('.box').getByText('已过可回复时间').waitFor()
  expect(await box(page).isDisabled()).toBe(true)
  await page.getByRole('button', { name: '待来信时回复' }).click()
  await box(page).fill('明天照常营业')
  await page.getByRole('button', { name: '留给下次' }).click()
  await page.getByText('已保存，用户来信时回复').waitFor()
  await eventually(() => say(openid, '你好')).toContain('明天照常营业')
})

test('an unfollow closes the box', async () => {
  const openid = somebody()
  await user(A, openid, 'event', 'subscribe')
  await say(openid, '好的')
  await user(A, openid, 'event', 'unsubscribe')
  const page = await open(thread(openid))
  await page.locator('.box').getByText('用户已取消关注').waitFor()
  await page.locator('.event', { hasText: '取消关注' }).waitFor()
})

test('settled by a key, and taken over by another', async () => {
  const openid = somebody()
  await say(openid, '谢谢')
  const page = await open(thread(openid, 'unanswered'))
  await receipt(page, '谢谢').getByText('未回复').waitFor()
  await page.locator('h1').focus()
  await page.keyboard.press('e')
  await page.getByText('已标为已处理').waitFor()
  const listed = (await api<{ conversations: { openid: string }[] }>('conversation/list', { filter: 'unanswered', limit: 100 }, { account: A })).conversations
  expect(listed.map((each) => each.openid)).not.toContain(openid)
  await page.keyboard.press('t')
  await page.locator('.holding').waitFor()
  await eventually(async () => (await api<{ conversations: { openid: string }[] }>('conversation/list', { filter: 'paused', limit: 100 }, { account: A })).conversations.map((each) => each.openid)).toContain(openid)
})

test('a takeover names who it is, and the worker finds a text', async () => {
  const openid = somebody()
  await say(openid, '找得到我吗')
  const { key } = await api<{ key: string }>('key/create', { name: '小李', scopes: ['message:write'] }, { account: A })
  await api('conversation/pause', { openid }, { account: A, key })
  const page = await open(`${A}/conversations?filter=paused`)
  const row = page.locator(`.list a[href*="${openid}"]`)
  await row.click()
  await page.locator('.holding').getByText('小李已接管').waitFor()
  await page.getByRole('searchbox').fill('没有人说过这句')
  await row.waitFor({ state: 'detached' })
  await page.getByRole('searchbox').fill('找得到')
  await row.waitFor()
  await page.getByRole('searchbox').fill(openid.slice(-4).toLowerCase())
  await row.waitFor()
  await api('conversation/resume', { openid }, { account: A })
})

test.each([['the root key', undefined], ['a key that may only answer', ['message:write']]])('an answered conversation keeps its remark and its takeover for %s, also over a reload', async (_, scopes) => {
  const openid = somebody()
  await user(A, openid, 'event', 'subscribe')
  await api('user/remark', { openid, remark: '王小姐' }, { account: A })
  await say(openid, '有座位吗')
  const key = scopes && (await api<{ key: string }>('key/create', { name: '小陈', scopes }, { account: A })).key
  const page = await open(thread(openid, 'unanswered'), key === undefined ? {} : { key })
  // WeChat gives accounts that are not verified no remarks.
  await answers(page, 'user/info', 403, 'wechat_error', { errcode: 48001 })
  await page.reload()
  await page.locator(`.list a[href*="${openid}"]`).waitFor()
  await box(page).fill('有的')
  await box(page).press('Enter')
  await receipt(page, '有的').getByText('微信已接收').waitFor()
  await page.locator(`.list a[href*="${openid}"]`).waitFor({ state: 'detached' })
  for (const reloads of [false, true]) {
    if (reloads) await page.reload()
    await page.locator('.thread header .name', { hasText: '王小姐' }).waitFor()
    await page.locator('.holding').getByRole('button', { name: '结束接管' }).waitFor()
  }
  await page.getByRole('button', { name: '结束接管' }).click()
  await page.locator('.holding').waitFor({ state: 'detached' })
})

test('an account that may not send is told so from the start, and can try again', async () => {
  const openid = somebody()
  await say(openid, '能主动发吗')
  const page = await open(thread(openid))
  await wechat('fail', { errcode: 48001, path: '/cgi-bin/message/custom/send' })
  await box(page).fill('试试')
  await box(page).press('Enter')
  await page.locator('.box').getByText('此账号不能主动发送').waitFor()
  await wechat('heal')
  const state = async (): Promise<string> => (await api<{ capabilities: { customer_service: { state: string } } }>('account/overview', {}, { account: A })).capabilities.customer_service.state
  await eventually(state).toBe('no')
  const later = await open(thread(openid))
  await later.locator('.box').getByText('此账号不能主动发送').waitFor()
  await later.locator('.box').getByRole('button', { name: '重新检查' }).click()
  await box(later).fill('现在可以了')
  await box(later).press('Enter')
  await receipt(later, '现在可以了').getByText('微信已接收').waitFor()
  await eventually(state).toBe('yes')
})

test('what another program sends shows as its own', async () => {
  const openid = somebody()
  await say(openid, '订单到哪了')
  const { key } = await api<{ key: string }>('key/create', { name: '商城后台', scopes: ['message:write'] }, { account: A })
  await api('message/reply', { touser: openid, msgtype: 'text', text: { content: '已发货' } }, { account: A, key })
  const page = await open(thread(openid))
  await page.locator('.bubble.out', { hasText: '已发货' }).getByText('微信已接收').waitFor()
})

describe('a template message', () => {
  const SHIPPED = 'SANDBOX_0000000000000000000000000000shipped'
  const data = { thing2: { value: '<b>红玫瑰</b>' }, character_string1: { value: 'A1024' }, amount3: { value: '¥99.00' }, time4: { value: '2026年11月26日 14:32' } }
  const send = (openid: string, more = {}): Promise<{ msgid: string }> => api('template/send', { touser: openid, template_id: SHIPPED, data, ...more }, { account: A })

  test('shows its title, its values and what it opens', async () => {
    const openid = somebody()
    await user(A, openid, 'event', 'subscribe')
    await send(openid, { url: 'https://example.com/orders/A1024' })
    await send(openid, { miniprogram: { appid: 'wxfedcba9876543210', pagepath: 'pages/order' } })
    const asked: string[] = []
    const page = await open('about:blank')
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`${world.url}/console/#/${thread(openid)}`)
    const [first, second] = [page.locator('.bubble.out').first(), page.locator('.bubble.out').nth(1)]
    await first.getByText('订单发货通知').waitFor()
    expect((await first.locator('.template').innerText()).split('\n').filter(Boolean)).toEqual(['订单发货通知', '订单编号：A1024', '商品名称：<b>红玫瑰</b>', '订单金额：¥99.00', '发货时间：2026年11月26日 14:32', '点击跳转：https://example.com/orders/A1024'])
    expect(await first.getByRole('link').getAttribute('href')).toBe('https://example.com/orders/A1024')
    await second.getByText('点击跳转：小程序 pages/order').waitFor()
    expect(asked.filter((path) => path === '/api/template/list'), 'asked once').toHaveLength(1)
    await accessible(page)
  })

  test('has the result that WeChat tells', async () => {
    const openid = somebody()
    await user(A, openid, 'event', 'subscribe')
    for (const status of ['success', 'failed:user block', 'failed: system failed']) {
      const { msgid } = await send(openid)
      await user(A, openid, 'event', 'TEMPLATESENDJOBFINISH', '--set', `MsgID=${msgid}`, '--set', `Status=${status}`)
    }
    const page = await open(thread(openid))
    for (const words of ['模板消息已送达', '模板消息被用户拒收', '模板消息发送失败']) await page.locator('.event', { hasText: words }).waitFor()
  })

  test('is one also for a key that does not know the template', async () => {
    const openid = somebody()
    await user(A, openid, 'event', 'subscribe')
    await send(openid)
    const { key } = await api<{ key: string }>('key/create', { name: '前台', scopes: ['message:read'] }, { account: A })
    const page = await open(thread(openid), { key })
    const bubble = page.locator('.bubble.out')
    await bubble.getByText('模板消息').waitFor()
    await bubble.getByText('A1024').waitFor()
    expect(await bubble.innerText()).not.toContain('thing2')
  })
})

describe('a hostile user', () => {
  test('is shown as text in the list, in the thread and in the search', async () => {
    const openid = somebody()
    await say(openid, HOSTILE)
    const page = await open(thread(openid))
    await page.locator('.bubble.in', { hasText: '<script>' }).waitFor()
    await page.locator(`.list a[href*="${openid}"]`, { hasText: '<img' }).waitFor()
    expect(await page.locator('.thread .words a').count(), 'a user makes no links').toBe(0)
    await page.getByRole('searchbox').fill('javascript:')
    await page.getByRole('searchbox').press('Enter')
    await page.locator('a.hit', { hasText: '<script>' }).waitFor()
  })
  test('sends links, names, places and pictures that load nothing', async () => {
    const openid = somebody()
    const asked: string[] = []
    const message = (name: string, ...fields: string[]): Promise<string> => user(A, openid, 'message', name, ...fields.flatMap((field) => ['--set', field]))
    await message('link', `Title=${HOSTILE}`, `Description=${HOSTILE}`, 'Url=javascript:reported(1)')
    await message('location', `Label=${HOSTILE}`)
    await message('file', `Title=${HOSTILE}`)
    await message('image', 'PicUrl=https://evil.example/track.gif', 'MediaId=none')
    await user(A, openid, 'event', 'CLICK', '--key', HOSTILE)
    const page = await open('about:blank')
    page.on('request', (request) => asked.push(new URL(request.url()).hostname))
    await page.goto(`${world.url}/console/#/${thread(openid)}`)
    await page.locator('.event', { hasText: '<img' }).waitFor()
    await page.locator('.bubble.in', { hasText: '图片无法显示' }).waitFor()
    expect(await page.locator('.bubble a[href^="javascript"]').count()).toBe(0)
    expect(await page.locator('.bubble script, .bubble img[src="x"]').count()).toBe(0)
    expect([...new Set(asked)].filter((host) => host !== '127.0.0.1' && host !== '')).toEqual([])
    await accessible(page)
  })
  test('has a remark that is text too', async () => {
    const openid = somebody()
    await user(A, openid, 'event', 'subscribe')
    await say(openid, '嗨')
    const page = await open(thread(openid))
    await page.locator('.thread header .name').click()
    await page.getByRole('textbox', { name: '备注' }).fill('<b>王</b>')
    await page.locator('.person-pane').getByRole('button', { name: '保存' }).click()
    await page.locator('.thread header .name', { hasText: '<b>王</b>' }).waitFor()
    await accessible(page)
  })
})

test('endless, invisible and right-to-left texts stay in their places', async () => {
  const [openid, endless] = [somebody(), 'https://example.com/'.padEnd(600, 'W')]
  await user(A, openid, 'event', 'subscribe')
  for (const words of [endless, '\u200b\u2060', '\u202eגדול 100 שלום', '👩‍👩‍👧'.repeat(60), '几点'.repeat(200)]) await say(openid, words)
  await api('user/remark', { openid, remark: 'אבג王' }, { account: A })
  for (const width of [1280, 390]) {
    const page = await open(thread(openid), { width })
    await page.locator('.bubble.in', { hasText: 'https://example.com' }).waitFor()
    for (const part of ['.thread .scroll', '.thread', 'main']) expect(await page.locator(part).first().evaluate((element) => element.scrollWidth - element.clientWidth), `${part} at ${width}`).toBeLessThanOrEqual(0)
    await accessible(page)
  }
})

describe('material', () => {
  const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  /** Gives WeChat a file, as a user who sends it does. */
  async function atWeChat(name: string, type: string, content: Buffer): Promise<string> {
    const { access_token: token } = await api<{ access_token: string }>('token/get', {}, { account: A })
    const form = new FormData()
    form.set('media', new Blob([new Uint8Array(content)], { type }), name)
    const answer = await fetch(`${world.sandbox}/cgi-bin/media/upload?access_token=${token}&type=image`, { method: 'POST', body: form })
    return ((await answer.json()) as { media_id: string }).media_id
  }
  const image = (openid: string, mediaId: string): Promise<string> => user(A, openid, 'message', 'image', '--set', `MediaId=${mediaId}`, '--set', 'PicUrl=')

  test('that a user sent is shown', async () => {
    const openid = somebody()
    await image(openid, await atWeChat('a.png', 'image/png', PNG))
    const page = await open(thread(openid))
    const picture = page.locator('.bubble.in img')
    await picture.waitFor()
    await eventually(() => picture.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1)
    expect(await picture.getAttribute('src')).toContain('/api/media/get?')
    await accessible(page)
  })
  test('that pretends to be a picture is not', async () => {
    const openid = somebody()
    await image(openid, await atWeChat('a.png', 'image/png', Buffer.from(`<!doctype html>${HOSTILE}`)))
    const page = await open(thread(openid))
    await page.locator('.bubble.in').getByText('图片无法显示').waitFor()
    const address = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name).find((name) => name.includes('/api/media/get')))
    const [type, content] = await page.evaluate(async (asked) => {
      const answer = await fetch(asked)
      return [answer.headers.get('content-type'), await answer.text()]
    }, String(address))
    expect(type).not.toMatch(/html|svg|xml/)
    expect(type === 'application/octet-stream' || !content?.includes('<script>'), 'bytes that are no picture are no page either').toBe(true)
  })
  test('is uploaded and sent; a file that WeChat refuses is refused before', async () => {
    const openid = somebody()
    await say(openid, '发张图看看')
    const page = await open(thread(openid))
    await page.getByRole('button', { name: '发其他类型' }).click()
    const file = page.locator('dialog input[type=file]')
    await file.setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('x') })
    await page.getByText('只能用 JPG、PNG').waitFor()
    await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.alloc((10 << 20) + 1) })
    await page.getByText('文件超过 10 MB').waitFor()
    await file.setInputFiles({ name: '玫瑰.png', mimeType: 'image/png', buffer: PNG })
    await page.getByText('玫瑰.png').waitFor()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: '发送' }).click()
    await eventually(() => got(openid)).toMatchObject([{ msgtype: 'image', image: { media_id: expect.stringMatching(/^MEDIA_/) } }])
  })
})

test('by keyboard alone: down the list, into a thread, and to its box', async () => {
  const openid = somebody()
  await say(openid, '键盘')
  const page = await open(`${A}/conversations?filter=all`)
  await page.locator('.list li').first().waitFor()
  await tabTo(page, '.list li a')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await eventually(() => focused(box(page))).toBe(true)
  await page.keyboard.press('Escape')
  expect(await focused(box(page))).toBe(false)
  await page.keyboard.press('r')
  await eventually(() => focused(box(page))).toBe(true)
  expect(await box(page).inputValue()).toBe('')
})

test('403, 500 and offline each say what to do, and keep what was typed', async () => {
  const openid = somebody()
  await say(openid, '在不在')
  const page = await open(thread(openid))
  await receipt(page, '在不在').waitFor()
  await answers(page, 'conversation/settle', 403, 'forbidden')
  await page.locator('.bubble').getByRole('button', { name: '标为已处理' }).click()
  await page.getByText('当前密钥没有这项权限').waitFor()
  await answers(page, 'message/reply', 500, 'internal')
  await box(page).fill('马上')
  await box(page).press('Enter')
  await receipt(page, '马上').getByText('服务出错').waitFor()
  expect(await box(page).inputValue()).toBe('马上')
  await page.context().setOffline(true)
  await page.getByText('网络已断开').waitFor()
  expect(await page.getByRole('button', { name: '发送', exact: true }).isDisabled()).toBe(true)
  expect(await box(page).inputValue()).toBe('马上')
  await page.context().setOffline(false)
  await page.getByText('网络已断开').waitFor({ state: 'detached' })
  expect(await got(openid)).toEqual([])
})

test('a link in a reply is told by more than its colour', async () => {
  const openid = somebody()
  await api('rule/create', { position: 0, rule: { name: '怎么走', when: { keyword: { contains: ['怎么走'] } }, reply: { msgtype: 'text', text: { content: '看 <a href="https://example.com/map">地图</a>，或者打电话' } } } }, { account: A })
  await say(openid, '怎么走')
  const page = await open(thread(openid), { locale: 'en-GB', colorScheme: 'dark' })
  await page.locator('.bubble a', { hasText: '地图' }).waitFor()
  await accessible(page)
})

test('on a phone a thread covers the list, and leads back', async () => {
  const openid = somebody()
  for (let count = 0; count < 12; count += 1) await say(openid, `第 ${count} 条`)
  await say(openid, '手机')
  const page = await open(thread(openid), { width: 390, locale: 'en-GB', colorScheme: 'dark' })
  await receipt(page, '手机').getByText('Not answered').waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await page.locator('.box').getByText('5 left').waitFor()
  expect(await focused(box(page)), 'the keyboard of the phone stays away').toBe(false)
  // The newest message is above the box, also when that grows.
  const covered = async (): Promise<number> => page.evaluate(() => [...document.querySelectorAll('.thread .receipt')].at(-1)!.getBoundingClientRect().bottom - document.querySelector('.box')!.getBoundingClientRect().top)
  expect(await covered()).toBeLessThanOrEqual(0)
  await box(page).fill('一\n二\n三\n四\n五')
  await eventually(covered).toBeLessThanOrEqual(0)
  const [field, send] = await Promise.all([box(page).boundingBox(), page.getByRole('button', { name: 'Send' }).boundingBox()])
  expect(send!.x, 'Send stands beside the text').toBeGreaterThan(field!.x + field!.width)
  await box(page).fill('')
  await accessible(page)
  await page.locator('.thread .back').click()
  await page.locator(`.list a[href*="${openid}"]`).waitFor()
  await accessible(page)
})

test('an open thread asks every 5 seconds, its list every 15, the shell every 30', async () => {
  const openid = somebody()
  await say(openid, '省着点')
  const page = await open('about:blank')
  await page.clock.install()
  await page.goto(`${world.url}/console/#/${thread(openid)}`)
  await receipt(page, '省着点').waitFor()
  const calls = await callsIn(page, 60)
  const count = (name: string): number => calls.filter((call) => call === name).length
  expect(count('user/timeline')).toBeLessThanOrEqual(12)
  expect(count('user/timeline')).toBeGreaterThanOrEqual(8)
  expect(count('conversation/list')).toBeLessThanOrEqual(4)
  expect(count('account/overview') + count('stats/summary')).toBeLessThanOrEqual(2)
  expect(calls.length, calls.join()).toBeLessThanOrEqual(18)
})

test('of two tabs with the same conversation one asks, and both show what is new', async () => {
  const openid = somebody()
  await say(openid, '两个标签')
  const opened = await context()
  const pages: Page[] = []
  for (let tab = 0; tab < 2; tab += 1) {
    const page = await opened.newPage()
    await page.clock.install()
    await page.goto(`${world.url}/console/#/${thread(openid)}`)
    await receipt(page, '两个标签').waitFor()
    pages.push(page)
  }
  const calls: string[] = []
  const step = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) for (const page of pages) calls.push(...(await callsIn(page, 1)))
  }
  // Which of them asks is settled by the first polls.
  await step(15)
  calls.length = 0
  await step(60)
  const count = (name: string): number => calls.filter((call) => call === name).length
  expect(count('user/timeline'), calls.join()).toBeGreaterThanOrEqual(8)
  expect(count('user/timeline'), calls.join()).toBeLessThanOrEqual(13)
  expect(count('conversation/list'), calls.join()).toBeLessThanOrEqual(5)
  expect(count('account/overview'), calls.join()).toBeLessThanOrEqual(3)
  await say(openid, '都看得到')
  await step(8)
  for (const page of pages) await receipt(page, '都看得到').waitFor()
  // Without the tab that asked, the other one goes on by itself.
  await pages.shift()!.close()
  await say(openid, '还看得到')
  await step(15)
  await receipt(pages[0]!, '还看得到').waitFor()
}, 90_000)

test('where a rule replies to everything, the empty list says why nobody waits', async () => {
  const rule = { name: '兜底', when: { default: {} }, reply: { msgtype: 'text', text: { content: '稍后回复你' } } }
  const { id } = await api<{ id: string }>('rule/create', { rule }, { account: 'default' })
  try {
    const page = await open('default/conversations?filter=unanswered')
    await page.getByText('都回复了').waitFor()
    await page.getByRole('link', { name: '规则「兜底」回复其他所有消息' }).click()
    await page.getByLabel('名称').waitFor()
  } finally {
    await api('rule/delete', { id }, { account: 'default' })
  }
})
