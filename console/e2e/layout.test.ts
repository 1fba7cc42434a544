// Every screen in a narrow window: a phone, and half of a laptop's, which is what 200 % zoom leaves of it.
import type { Page, Request } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { api, context, eventually, open, somebody, user, world } from './desk.ts'

const A = 'default'
const LONG = '国庆中秋双节同庆全场鲜花满减活动 A_very_long_name_that_no_line_of_a_phone_has_room_for'
const openid = somebody()
let places: string[] = []

beforeAll(async () => {
  const text = (content: string) => ({ msgtype: 'text', text: { content } })
  const { rules } = await api<{ rules: { id: string }[] }>('rule/import', { append: false, rules: [{ id: 'r_long', name: LONG.slice(0, 60), when: { keyword: { contains: [LONG, '几点'] } }, hours: [{ days: ['mon', 'sat'], from: '09:00', to: '21:00' }], reply: text(`https://example.com/${'path/'.repeat(30)}`) }] }).then(() => api<{ rules: { id: string }[] }>('rule/list', {}))
  expect(rules).toHaveLength(1)
  const { id: webhook } = await api<{ id: string }>('webhook/create', { webhook: { url: `http://127.0.0.1:9/${'path/'.repeat(30)}`, mode: 'notify', name: LONG.slice(0, 60) } })
  await api('assistant/update', { assistant: { name: '客服', model: { provider: 'sandbox', model: 'sandbox' }, prompt: LONG } })
  await api('qrcode/create', { scene_str: 'a-scene-with-a-rather-long-name-in-it', name: LONG.slice(0, 30) })
  await user(A, openid, 'event', 'subscribe')
  await user(A, openid, 'say', `${LONG} https://example.com/${'path/'.repeat(20)}`)
  const { template_list: [template] } = await api<{ template_list: { template_id: string }[] }>('template/list', {})
  places = [
    'overview', 'conversations', `conversations/${openid}`, 'rules', 'rules/r_long', 'rules/new', 'rules/versions', 'menu', 'menu/versions', 'assistants', 'assistants/客服', 'assistants/new',
    'users', `users/${openid}`, 'qrcodes', 'qrcodes/a-scene-with-a-rather-long-name-in-it', 'templates', `templates/${template?.template_id}`,
    ...['day', 'outcome', 'time', 'rule', 'key', 'scene', 'word'].map((by) => `stats?by=${by}`),
    'backends', `backends/${webhook}`, `backends/${webhook}/deliveries`, 'backends/new', 'keys', 'keys/audit', 'setup', 'settings', 'phone',
  ]
})

/** What is wider than the place it has, the page itself and what scrolls up and down in it. */
const wide = (page: Page): Promise<string[]> => page.evaluate(() => {
  const boxes = [document.documentElement, ...document.querySelectorAll('main, dialog[open], .scroll, .list')]
  const cut = [...document.querySelectorAll('main .button, main input, main select')].filter((each) => each.checkVisibility() && each.getBoundingClientRect().left < -1).map((each) => `${each.textContent} is cut`)
  return [...cut, ...boxes.filter((box) => box.scrollWidth > Math.min(box.clientWidth, innerWidth)).map((box) => `${box.tagName.toLowerCase()} ${box.className}: ${box.scrollWidth} of ${box.clientWidth}`)]
})

/** What a finger could miss: controls of their own, not links within a sentence, lower than 44 pixels together with the room around them. */
const small = (page: Page): Promise<string[]> => page.evaluate(() => {
  const controls = [...document.querySelectorAll<HTMLElement>('.shell button, .shell select, .shell textarea, .shell input:not([type=file]):not(.hush), .shell summary, .shell a.button, .shell a.back, .shell nav a, .segmented label, .check')]
  const room = (element: HTMLElement): number => {
    const label = element.closest<HTMLElement>('.check, .chips')
    const height = Math.max(element.getBoundingClientRect().height, label?.getBoundingClientRect().height ?? 0)
    const around = getComputedStyle(element, '::after')
    return around.content !== 'none' && around.position === 'absolute' ? Math.max(height, Number.parseFloat(around.height) || 0) : height
  }
  return controls.filter((each) => each.checkVisibility() && each.getBoundingClientRect().width > 1 && room(each) < 43.5).map((each) => `${each.tagName.toLowerCase()}.${each.className} ${(each.textContent ?? '').trim().slice(0, 20)}: ${room(each)}`)
})

/** Goes to another place without loading the page again, and waits until it is drawn and has what it asked for. */
async function show(page: Page, place: string): Promise<void> {
  const calls = new Set<Request>()
  const ended = (request: Request): void => void calls.delete(request)
  const begun = (request: Request): void => void calls.add(request)
  page.on('request', begun).on('requestfinished', ended).on('requestfailed', ended)
  await page.evaluate((hash) => new Promise((drawn) => {
    addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(drawn)), { once: true })
    location.hash = hash
  }), `#/${A}/${encodeURI(place)}`)
  await page.locator('main :is(h1, .thread)').first().waitFor({ state: 'attached' })
  await eventually(async () => calls.size + (await page.locator('[aria-busy="true"]').count())).toBe(0)
  page.off('request', begun).off('requestfinished', ended).off('requestfailed', ended)
}

test.each([{ width: 640, height: 400 }, { width: 390, height: 844 }] as const)('nothing is wider than $width pixels', async ({ width, height }) => {
  for (const locale of ['zh-CN', 'en-GB'] as const) {
    const page = await (await context({ width, locale })).newPage()
    await page.setViewportSize({ width, height })
    await page.goto(`${world.url}/console/#/${A}/not-here`)
    await page.locator('main h1').waitFor()
    for (const place of places) {
      await show(page, place)
      expect.soft(await wide(page), `${place} ${locale}`).toEqual([])
      if (width === 390 && locale === 'zh-CN') expect.soft(await small(page), `${place}: targets for a finger`).toEqual([])
    }
  }
}, 120_000)

test('the information about a user leaves the button that sends', async () => {
  for (const width of [1280, 800]) {
    const page = await open(`${A}/conversations/${openid}`, { width })
    await page.locator('.thread header .name').click()
    await page.locator('.person-pane').waitFor()
    await page.locator('.box textarea').fill(`在的 ${width}`)
    await page.locator('.box .send').click()
    await page.locator('.bubble').getByText(`在的 ${width}`).waitFor()
  }
})

test('a notice on a phone covers neither bar', async () => {
  const page = await open(`${A}/rules`, { width: 390 })
  await page.locator('.rule .switch').click()
  const toast = await page.locator('.toast').boundingBox()
  const [top, bottom] = await Promise.all(['.shell > .top', '.shell > .bottom'].map((bar) => page.locator(bar).boundingBox()))
  expect(toast && top && toast.y >= top.y + top.height, 'below the top bar').toBe(true)
  expect(toast && bottom && toast.y + toast.height <= bottom.y, 'above the bottom bar').toBe(true)
})

test('too many requests: every action says how many seconds to wait', async () => {
  const page = await open(`${A}/conversations/${openid}`)
  await page.route(/\/api\/(message\/reply|conversation\/pause|rule\/update|key\/create|account\/check|account\/update|stats\/report|webhook\/create)\?/, (route) =>
    route.fulfill({ status: 429, headers: { 'retry-after': '12' }, json: { error: { code: 'rate_limited', message: 'too many requests of the test', request_id: 'req-of-the-test' } } }))
  const said = (): Promise<void> => page.getByText('操作太频繁，12 秒后再试').first().waitFor()
  const go = async (place: string, ready: string): Promise<void> => {
    await page.goto('about:blank')
    await page.goto(`${world.url}/console/#/${A}/${place}`)
    await page.locator(ready).first().waitFor()
  }
  await page.locator('.box textarea').fill('在的')
  await page.locator('.box .send').click()
  await said()
  await go('rules', '.rule')
  await page.locator('.rule .switch').click()
  await said()
  await go('rules/r_long', '.reply-text')
  await page.locator('.reply-text textarea').fill('每天')
  await page.keyboard.press('Control+s')
  await said()
  await go('keys', '.page-header .primary')
  await page.locator('.page-header .primary').click()
  await page.locator('dialog input').first().fill('王五')
  await page.locator('dialog .primary').click()
  await said()
  await go('setup', '.problem')
  await said()
  await go('stats', '.problem')
  await said()
  await go('settings', 'main form')
  await page.getByLabel('消息保留').fill('30')
  await page.getByRole('button', { name: '保存' }).click()
  await said()
})
