// Pictures of every screen and its states in all eight looks, for looking at: `npm run screenshots -- FOLDER [PARTS OF NAMES] [PARTS OF LOOKS] [axe]`.
// With `axe`, what breaks a rule of accessibility is printed, too.
// Each picture is named by screen, width, theme and language; `sheet-*` shows the four looks of one width side by side.
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch } from './browser.ts'
import { ROOT, SANDBOX, start } from './world.ts'

const [folder = join(tmpdir(), 'screenshots'), filter = '', looks = '', axe] = process.argv.slice(2)
const { world, stop } = await start()
const run = promisify(execFile)

const api = async <Answer>(call: string, body: unknown): Promise<Answer> => {
  const response = await fetch(`${world.url}/api/${call}`, { method: 'POST', headers: { Authorization: `Bearer ${world.rootKey}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${call}: ${await response.text()}`)
  return (await response.json()) as Answer
}
const person = (name: string): string => `oXk3f000000000000000000${name}`.padEnd(28, '0')
const user = (openid: string, ...command: string[]): Promise<unknown> => run(SANDBOX, ['--vars', world.variables, '--to', `${world.url}/callback`, '--sandbox-port', String(world.sandboxPort), '--openid', openid, ...command])
const [wang, li, chen, zhao] = [person('Wang'), person('Li'), person('Chen'), person('Zhao')]

/** A flower shop on an ordinary morning. */
async function furnish(): Promise<void> {
  const { rules } = JSON.parse(await readFile(join(ROOT, 'rules.example.json'), 'utf8')) as { rules: { when: object }[] }
  const hours = { id: 'r_hours', name: '营业时间', when: { keyword: { contains: ['营业时间', '几点'], fold: true } }, hours: [{ days: ['mon-fri'], from: '09:00', to: '21:00' }], reply: { msgtype: 'text', text: { content: '每天 9:00–21:00，节假日不休。\n<a href="https://example.com/map">怎么走</a>' } } }
  const late = { name: '人工', when: { keyword: { exact: ['几点'] } }, reply: { msgtype: 'transfer_customer_service' } }
  // What answers everything comes last, or nobody would wait.
  const { fallbacks, others } = { fallbacks: rules.filter((rule) => 'default' in rule.when), others: rules.filter((rule) => !('default' in rule.when)) }
  await api('rule/import', { append: false, rules: [hours, late, ...others] })
  for (const openid of [wang, li, chen, zhao]) await user(openid, 'event', 'subscribe')
  await api('user/remark', { openid: wang, remark: '王女士' })
  await user(wang, 'say', '你们几点开门')
  await user(wang, 'event', 'CLICK', '--key', '今日推荐')
  await user(wang, 'say', '红玫瑰一束多少钱？能送到西湖边吗')
  await user(li, 'message', 'image')
  await user(chen, 'say', '昨天订的花还没到，麻烦看一下')
  await api('message/reply', { touser: chen, msgtype: 'text', text: { content: '您好，正在配送，预计 11:30 前送达' }, pause_minutes: 30 })
  await user(chen, 'say', '好的，谢谢')
  await user(zhao, 'say', '可以开发票吗')
  await user(wang, 'message', 'location')
  for (const [name, scopes] of [['张三', ['message:write', 'user:write', 'tag:write', 'template:write', 'media:write']], ['商城后台', ['webhook:write', 'message:write', 'rule:read', 'stats:read', 'account:read']], ['李四', ['*']]] as const) await api('key/create', { name, scopes })
  const { id } = await api<{ id: string }>('key/create', { name: '离职的同事', scopes: ['rule:write', 'message:read'] })
  await api('key/revoke', { id })
  await api('rule/update', { id: 'r_hours', rule: { ...hours, reply: { msgtype: 'text', text: { content: '每天 8:00–22:00' } } } })
  await api('rule/update', { id: 'r_hours', rule: hours })
  await api('rule/import', { append: true, rules: fallbacks.length > 0 ? fallbacks : [{ name: '其他', when: { default: {} }, reply: { msgtype: 'text', text: { content: '收到，稍后回复你' } } }] })
  await api('assistant/update', { assistant: { name: '客服', model: { provider: 'sandbox', model: 'sandbox' }, prompt: '你是花店的客服，回答要简短。今天是{{date}}。\n不知道的事情请用户回复「人工」。', handover: { words: ['人工', '转人工'] } } })
  await api('assistant/update', { assistant: { name: '花语', model: { provider: 'deepseek', model: 'deepseek-chat' }, prompt: '你懂花语。' } })
  await api('rule/create', { rule: { name: '问花语', when: { keyword: { prefix: ['花语'] } }, ask: '客服' }, position: 0 })
  await fetch(`${world.url}/cdn-cgi/handler/scheduled`)
}

/** What a screen shows before it is drawn: the page of a context of its own, before it has loaded anything. */
interface Screen {
  /** The place, of the furnished account unless it names another. */
  hash: string
  account?: 'default' | 'setup'
  ready: string
  before?: (page: Page) => Promise<unknown>
  act?: (page: Page) => Promise<unknown>
  /** Higher than the window, so that all of a long page is seen. */
  tall?: number
}

const PROBLEM = (status: number, code: string, more: object = {}) => ({ status, json: { error: { code, message: `the worker's own words about ${code}`, request_id: '9f2c41d07be35a86', ...more } } })
/** Answers a call as the worker would in trouble. */
const refuse = (call: string, status: number, code: string, more: object = {}) => (page: Page): Promise<unknown> => page.route(`**/api/${call}?*`, (route) => route.fulfill(PROBLEM(status, code, more)))
/** Changes what the worker answers. */
const change = (call: string, next: (answer: Record<string, unknown>) => object) => (page: Page): Promise<unknown> =>
  page.route(`**/api/${call}?*`, async (route) => route.fulfill({ json: next((await (await route.fetch()).json()) as Record<string, unknown>) }))
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds
const troubled = change('account/overview', (answer) => ({
  ...answer,
  problems: [
    { id: 'unwritable', severity: 'failed', since: ago(900), params: {} },
    { id: 'dead', severity: 'failed', since: ago(5200), params: { n: 37, name: '订单系统', webhook: 'w' } },
    { id: 'ip', severity: 'failed', since: ago(86_400), params: { ip: '203.0.113.7' } },
    { id: 'quota', severity: 'warning', params: { used: 420_000, limit: 500_000 } },
    { id: 'size', severity: 'warning', params: { bytes: 430e6, limit: 500e6, days: 9 } },
  ],
  spool: { waiting: 12, set_aside: 0 },
  deliveries: { pending: 2, dead: 37 },
}))
/** A shop that has had messages for four weeks. */
const busy = async (page: Page): Promise<void> => {
  await change('stats/summary', (answer) => ({
    ...answer,
    days: Array.from({ length: 28 }, (_, index) => {
      const date = new Date((ago(index * 86_400) + 8 * 3600) * 1000).toISOString().slice(0, 10)
      const messages = 120 + ((index * 37) % 90) - (index % 7 < 2 ? 60 : 0)
      return { date, messages, events: 40, followed: 12, unfollowed: 3, outcomes: { answered_late: 0, asked: 0, failed: 0, held: 2, kept: 0, refused: 0, replied: messages - 9, silent: 0, unanswered: 4 + (index % 5), unknown: 0 } }
    }),
  }))(page)
}
/** The worker gives ids of its own, which no address here could name. */
const WEBHOOKS = [{ id: 'w_orders', url: 'https://shop.example.com/orders', mode: 'respond', name: '订单系统', messages: ['text'] }, { id: 'w_crm', url: 'https://shop.example.com/crm', mode: 'notify', name: '会员系统', off: true }]
const delivery = (n: number, state: 'dead' | 'pending', error: string) => ({ id: `msg_${state}${n}`, webhook: 'w_orders', mode: 'respond', openid: [wang, li, chen, zhao][n % 4], create_time: ago(5000 - n * 60), made_at: ago(5000 - n * 60), due_at: ago(-1200), state, attempts: state === 'dead' ? 12 : 2, error })
/** A backend that has failed for an hour. */
const failing = async (page: Page): Promise<void> => {
  await page.route('**/api/delivery/list?*', (route) => {
    const { state } = route.request().postDataJSON() as { state: 'dead' | 'pending' }
    const dead = ['it answered 500', 'it did not answer within 25000 ms', 'it answered 500', 'it answered 302, and redirects are not followed'].map((error, n) => delivery(n, 'dead', error))
    return route.fulfill({ json: { deliveries: state === 'dead' ? dead : [delivery(5, 'pending', 'it did not answer within 25000 ms')] } })
  })
}
/** Template messages with what became of them, the newest first; one of a template that was deleted. */
const templatesSent = (touser: string) => {
  const sent = (id: string, seconds: number, message: object) => ({ direction: 'sent', id, kind: 'template', time: ago(seconds), sender: 'root', status: 'accepted', message: { touser, ...message } })
  const result = (id: string, seconds: number, Status: string) => ({ direction: 'received', id, time: ago(seconds), outcome: 'silent', settled: false, message: { MsgType: 'event', Event: 'TEMPLATESENDJOBFINISH', MsgID: id, Status } })
  return [
    result('2', -60, 'failed:user block'),
    sent('b', -59, { template_id: 'deleted', miniprogram: { appid: 'wx0123456789abcdef', pagepath: 'pages/order' }, data: { thing1: { value: '玫瑰课' }, time2: { value: '2026年11月28日 14:30' } } }),
    result('1', -40, 'success'),
    sent('a', -39, { template_id: 'SANDBOX_0000000000000000000000000000shipped', url: 'https://example.com/orders/A1024', data: { amount3: { value: '¥99.00' }, character_string1: { value: 'A1024' }, thing2: { value: '红玫瑰' }, time4: { value: '2026年11月26日 14:32' } } }),
  ]
}
const text = (content: string) => ({ msgtype: 'text', text: { content } })
const MENUS = [
  { button: [{ name: '今日推荐', type: 'click', key: 'TODAY' }, { name: '服务', sub_button: [{ name: '官网', type: 'view', url: 'https://example.com/' }, { name: '会员中心', type: 'miniprogram', appid: 'wx0123456789abcdef', pagepath: 'pages/me', url: 'https://example.com/me' }, { name: '人工', type: 'click', key: 'AGENT' }] }] },
  { button: [{ name: '苹果专享', type: 'click', key: 'IOS' }], matchrule: { client_platform_type: '1' } },
] as const
const drafted = async (page: Page): Promise<void> => {
  await page.route('**/api/menu/draft?*', (route) => route.fulfill({ json: { version: 4, menus: MENUS, replies: [{ key: 'TODAY', rule: { id: 'r_hours', name: '今日推荐', when: { click: { key: 'TODAY' } }, reply: text('今日推荐：红玫瑰 99 元一束') } }], differs: true, by: '张三', saved_at: ago(120) } }))
  await change('menu/event_status', (answer) => ({ ...answer, event_response_status: [{ event: 'click', key: 'TODAY', received: 310, last_at: ago(60), last_outcome: 'replied', outcomes: { answered_late: 0, asked: 0, failed: 0, held: 0, kept: 0, refused: 0, replied: 308, silent: 0, unanswered: 2, unknown: 0 } }] }))(page)
}
const outcomes = (replied: number, unanswered: number) => ({ answered_late: 2, asked: 0, failed: 1, held: 3, kept: 0, refused: 0, replied, silent: 4, unanswered, unknown: 0 })
/** Four weeks of a shop, in every part of a report. */
const reported = change('stats/report', (answer) => ({
  ...answer,
  days: Array.from({ length: 28 }, (_, index) => ({ date: new Date((ago(index * 86_400) + 8 * 3600) * 1000).toISOString().slice(0, 10), messages: 120 + ((index * 37) % 90), events: 40 + index, followed: 12 + (index % 6), unfollowed: 3, outcomes: outcomes(100 + ((index * 37) % 90), 4 + (index % 5)) })),
  rules: [['营业时间', 812], ['人工', 204], ['发票', 96], ['other', 12]].map(([rule, hits]) => ({ rule, hits, outcomes: outcomes(Number(hits), 0) })),
  backends: [{ backend: 'w_orders', asked: 412, median_ms: 340, p95_ms: 2100, outcomes: outcomes(400, 0) }, { backend: 'w_crm', asked: 12, median_ms: null, p95_ms: null, outcomes: outcomes(0, 0) }],
  words: [['红玫瑰一束多少钱？能送到西湖边吗', 14], ['可以开发票吗', 9], ['在吗', 3]].map(([words, count]) => ({ text: words, count, last_at: ago(900) })),
}))
const coded = change('qrcode/list', (answer) => ({ ...answer, codes: [
  { scene: 'xihu', name: '西湖店', url: 'http://weixin.qq.com/q/02yVyQ1fPD8tB10000003X', made_by: '张三', made_at: ago(9e6), scans: 320, followed: 210 },
  { scene: '42', name: '十一月海报', url: 'http://weixin.qq.com/q/02AbQ1fPD8tB10000003Y', expires_at: ago(-260_000), made_at: ago(3e5), scans: 95, followed: 60 },
  { scene: 'old', name: '春节活动', url: 'http://weixin.qq.com/q/02ZzQ1fPD8tB10000003Z', expires_at: ago(86_400), made_at: ago(3e6), scans: 1204, followed: 812 },
  { scene: 'made-elsewhere', scans: 7, followed: 0 },
] }))
const followers = change('user/search', (answer) => ({ ...answer, sync: { state: 'running', done: 4800, of: 12_034 }, users: [
  { openid: wang, remark: '王女士', tags: [100], followed_at: ago(2_000_000), scene: 'xihu', window_until: ago(-111_000) },
  { openid: li, tags: [], followed_at: ago(90_000), window_until: ago(-8000) },
  { openid: chen, remark: '陈先生', tags: [100, 2], followed_at: ago(40_000_000) },
  { openid: zhao, tags: [], followed_at: ago(500_000), scene: '42' },
] }))
const used = change('assistant/usage', () => ({
  days: Array.from({ length: 20 }, (_, index) => ({ date: new Date((ago(index * 86_400) + 8 * 3600) * 1000).toISOString().slice(0, 10), calls: 30 + ((index * 17) % 25), tokens: 9000 + ((index * 3700) % 8000) })),
  users: [{ openid: wang, calls: 48, tokens: 21_300 }, { openid: chen, calls: 12, tokens: 5400 }],
}))
/** Opens the groups of a form. */
const unfold = async (page: Page): Promise<void> => {
  const closed = page.locator('details.group:not([open]) > summary')
  for (let left = await closed.count(); left > 0; left = await closed.count()) await closed.first().click()
}
const say = (words: string) => async (page: Page): Promise<void> => {
  await page.locator('.user form input:not([type])').first().fill(words)
  await page.keyboard.press('Enter')
  await page.locator('.trace').first().waitFor()
}
/** Chooses in the editor what a rule replies with. */
const replyWith = (type: string) => (page: Page): Promise<unknown> => page.locator('.reply-editor select').first().selectOption(type)
const shortcut = (keys: string, ready: string) => async (page: Page): Promise<void> => {
  await page.keyboard.press(keys)
  await page.locator(ready).first().waitFor()
}
const click = (selector: string, ready: string) => async (page: Page): Promise<void> => {
  await page.locator(selector).first().click()
  await page.locator(ready).first().waitFor()
}
const choose = (name: string, content: string) => async (page: Page): Promise<void> => {
  await page.locator('.page-header .opener').click()
  await page.locator('.menu:popover-open button').nth(1).click()
  await page.locator('dialog input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
}
const test = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+Enter')
  await page.locator('.verdicts .match').first().waitFor()
}

/** Chooses when a rule applies. */
const when = (kind: string) => (page: Page): Promise<unknown> => page.locator('.field select').first().selectOption(kind)
/** The first entry of a page's menu, the second, and so on; the last is -1. */
const more = (index: number, ready: string) => async (page: Page): Promise<void> => {
  await page.locator('.page-header .opener').last().click()
  const entries = page.locator('.menu:popover-open button')
  await (index < 0 ? entries.last() : entries.nth(index)).click()
  await page.locator(ready).first().waitFor()
}
const LONG = '国庆中秋双节同庆全场鲜花满减活动（含同城配送、代写贺卡与次日达）A very long English name that never seems to end'
/** The button of a menu at a place. */
const tapped = (top: number, sub: number) => async (page: Page): Promise<void> => {
  await page.locator('.bar .top').nth(top).click()
  await page.locator('.bar .subs button').nth(sub).click()
}

const SCREENS: Record<string, Screen> = {
  'overview': { hash: 'overview', ready: '.figures', before: busy, tall: 1100 },
  'overview-problems': { hash: 'overview', ready: '.issues', before: async (page) => (await busy(page), troubled(page)), tall: 1300 },
  'overview-table': { hash: 'overview', ready: '.figures', before: busy, act: (page) => page.locator('.block header button').first().click() },
  'overview-empty': { hash: 'overview', account: 'setup', ready: '.figures', tall: 1100 },
  'overview-answered': { hash: 'overview', ready: '.columns .empty', before: change('conversation/list', (answer) => ({ ...answer, conversations: [] })), tall: 1100 },
  'overview-500': { hash: 'overview', ready: '.problem', before: refuse('conversation/list', 500, 'internal'), tall: 1100 },
  'overview-offline': { hash: 'overview', ready: '.figures', act: async (page) => (await page.context().setOffline(true), await page.locator('.strip').waitFor()) },
  'conversations': { hash: 'conversations?filter=all', ready: '.list li' },
  'conversations-unanswered': { hash: 'conversations?filter=unanswered', ready: '.list li' },
  'conversations-empty': { hash: 'conversations?filter=all', account: 'setup', ready: '.list .empty' },
  'conversations-answered': { hash: 'conversations?filter=unanswered', ready: '.list .empty a', before: change('conversation/list', (answer) => ({ ...answer, conversations: [] })) },
  'conversations-new': { hash: 'conversations?filter=all', ready: '.list li', act: async (page) => (await page.clock.install(), await page.reload(), await page.locator('.list li').first().waitFor(), await user(li, 'say', '还在吗'), await page.clock.runFor(16_000), await page.locator('.new').waitFor()) },
  'search': { hash: 'conversations?filter=all', ready: '.list li', act: async (page) => (await page.locator('input[type=search]').fill('几点'), await page.keyboard.press('Enter'), await page.locator('.hit, .end p').first().waitFor()) },
  'thread': { hash: `conversations/${wang}?filter=all`, ready: '.bubble' },
  'thread-person': { hash: `conversations/${wang}?filter=all`, ready: '.bubble', act: click('.thread header .name', '.person-pane') },
  'thread-taken': { hash: `conversations/${chen}?filter=all`, ready: '.holding' },
  'thread-closed': { hash: `conversations/${zhao}?filter=all`, ready: '.box .closed', before: (page) => page.clock.install({ time: Date.now() + 49 * 3_600_000 }) },
  'thread-keep': { hash: `conversations/${zhao}?filter=all`, ready: '.box .closed', before: (page) => page.clock.install({ time: Date.now() + 49 * 3_600_000 }), act: (page) => page.locator('.box .closed .link').click() },
  'thread-refused': { hash: `conversations/${wang}?filter=all`, ready: '.bubble', before: refuse('message/reply', 400, 'wechat_error', { errcode: 45047 }), act: async (page) => (await page.locator('.box textarea').fill('99 元一束，西湖边可以送到'), await page.locator('.box .send').click(), await page.locator('.receipt .tone-seal').first().waitFor()) },
  'thread-templates': { hash: `conversations/${wang}?filter=all`, ready: '.template', before: change('user/timeline', (answer) => ({ ...answer, entries: [...templatesSent(wang), ...(answer['entries'] as object[])] })) },
  'thread-settled': { hash: `conversations/${chen}?filter=unanswered`, ready: '.holding' },
  'thread-left': { hash: `conversations/${zhao}?filter=all`, ready: '.box .push', before: change('user/timeline', (answer) => ({ ...answer, entries: (answer['entries'] as { direction: string; message: { MsgType?: string } }[]).filter(({ direction, message }) => direction === 'received' && message.MsgType === 'text') })) },
  'thread-long': { hash: `conversations/${zhao}?filter=all`, ready: '.bubble', act: (page) => page.locator('.box textarea').fill('您好，'.repeat(230)) },
  'send': { hash: `conversations/${wang}?filter=all`, ready: '.bubble', act: click('.box .options .link', 'dialog[open]') },
  'rules': { hash: 'rules', ready: '.rule' },
  'rules-menu': { hash: 'rules', ready: '.rule', act: click('.rule:nth-child(2) .opener', '.menu:popover-open') },
  'rules-filter': { hash: 'rules?q=人工', ready: '.rule' },
  'rules-none': { hash: 'rules?q=没有这个', ready: '.empty' },
  'rules-empty': { hash: 'rules', account: 'setup', ready: '.empty' },
  'rules-403': { hash: 'rules', ready: '.rule', before: refuse('rule/update', 403, 'forbidden'), act: click('.rule .switch', '.problem') },
  'rule': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300 },
  'rule-new': { hash: 'rules/new?text=多少钱', ready: '.reply-text', tall: 1300 },
  'rule-test': { hash: 'rules/r_hours', ready: '.columns .form', act: test, tall: 1300 },
  'rule-409': { hash: 'rules/r_hours', ready: '.columns .form', before: refuse('rule/update', 409, 'conflict', { by: '张三' }), act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.keyboard.press('Control+s'), await page.locator('.problem').waitFor()) },
  'rule-compare': { hash: 'rules/r_hours', ready: '.columns .form', before: refuse('rule/update', 409, 'conflict'), act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.keyboard.press('Control+s'), await page.locator('.problem > .row .button').first().click(), await page.locator('dialog tbody, dialog .soft').first().waitFor()) },
  'rule-field': { hash: 'rules/r_hours', ready: '.columns .form', before: refuse('rule/update', 400, 'invalid_parameter', { field: 'rule.when.keyword.contains[1]', message: '关键词超出 200 字节' }), act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.keyboard.press('Control+s'), await page.locator('[aria-invalid="true"]').first().waitFor()) },
  'rule-restored': { hash: 'rules/r_hours', ready: '.columns .form', act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.reload(), await page.locator('.restored').waitFor()) },
  'rule-period': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: async (page) => (await page.locator('.field select').nth(2).selectOption('false'), await page.locator('.reply-text .button').first().click()) },
  'rule-image': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('image') },
  'rule-voice': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('voice') },
  'rule-video': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('video') },
  'rule-music': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('music') },
  'rule-news': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('news') },
  'rule-transfer': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('transfer_customer_service') },
  'rule-silence': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: replyWith('silence') },
  'rule-several': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1500, act: (page) => page.locator('.field:has(.reply-editor) .segmented label').nth(1).click() },
  'rule-random': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1500, act: (page) => page.locator('.field:has(.reply-editor) .segmented label').nth(2).click() },
  'rule-regex': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: (page) => page.locator('.field .segmented label').nth(3).click() },
  'rule-follow': { hash: 'rules/new?kind=follow', ready: '.reply-text', tall: 1300, act: when('follow') },
  'rule-click': { hash: 'rules/new', ready: '.reply-text', tall: 1300, act: when('click') },
  'rule-message': { hash: 'rules/new', ready: '.reply-text', tall: 1300, act: when('message') },
  'rule-event': { hash: 'rules/new', ready: '.reply-text', tall: 1300, act: when('event') },
  'rule-default': { hash: 'rules/new', ready: '.reply-text', tall: 1300, act: async (page) => (await when('default')(page), await page.locator('.reply-text textarea').fill('收到'), await page.locator('.warning').waitFor()) },
  'rule-hours': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1500, act: async (page) => (await page.locator('.field:has(.hours) .bare').last().click(), await page.locator('.hours').nth(1).waitFor()) },
  'rule-long': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1500, act: async (page) => (await page.locator('.field input').first().fill(LONG.slice(0, 64)), await page.locator('.chips input').fill(Array.from({ length: 14 }, (_, n) => `第 ${n} 个关键词`).join('、')), await page.locator('.reply-text textarea').fill('您好，'.repeat(260)), await page.locator('.page-header h1').click()) },
  'rule-discard': { hash: 'rules/r_hours', ready: '.columns .form', act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.locator('.page-header .back').click(), await page.locator('dialog[open]').waitFor()) },
  'rule-preview': { hash: 'rules/r_hours', ready: '.columns .form', act: (page) => page.locator('.show-preview:visible').click({ timeout: 500 }).catch(() => {}) },
  'rule-gone': { hash: 'rules/r_nothing', ready: '.empty' },
  'rule-curl': { hash: 'rules/r_hours', ready: '.columns .form', act: async (page) => (await page.locator('.page-header .opener').last().click(), await page.locator('[role="menuitem"]:visible').first().click(), await page.locator('dialog pre').waitFor()) },
  'versions': { hash: 'rules/versions', ready: 'main li' },
  'versions-compare': { hash: 'rules/versions', ready: 'main li', act: async (page) => (await page.locator('main li .bare').last().click(), await page.locator('dialog .changes').waitFor()) },
  'versions-empty': { hash: 'rules/versions', account: 'setup', ready: '.empty' },
  'import': { hash: 'rules', ready: '.rule', act: async (page) => (await choose('rules.csv', 'name,match,keywords,type,content,off\n发票,contains,发票|开票,text,请联系客服,\n配送,contains,配送,text,西湖区两小时送到,\n')(page), await page.locator('dialog .primary:enabled').waitFor()) },
  'import-mistakes': { hash: 'rules', ready: '.rule', act: async (page) => (await choose('rules.csv', 'name,match,keywords,type,content,off\n发票,contains,发票,text,请联系客服,\n坏一,like,x,text,y,\n坏二,contains,,text,y,\n')(page), await page.locator('dialog .mistakes').waitFor()) },
  'import-problems': { hash: 'rules', ready: '.rule', act: async (page) => (await choose('rules.json', JSON.stringify([{ name: '坏', when: { keyword: { regex: '(' } }, reply: { msgtype: 'text', text: { content: '' } } }]))(page), await page.locator('dialog .mistakes').waitFor()) },
  'import-platform': { hash: 'rules', ready: '.rule', act: async (page) => (await page.locator('.page-header .opener').click(), await page.locator('.menu:popover-open button').nth(2).click(), await page.locator('dialog .list').waitFor()) },
  'keys': { hash: 'keys', ready: 'main li' },
  'keys-empty': { hash: 'keys', account: 'setup', ready: '.empty' },
  'key-new': { hash: 'keys', ready: 'main li', act: click('.page-header .primary', 'dialog[open]') },
  'key-scopes': { hash: 'keys', ready: 'main li', tall: 1300, act: async (page) => (await page.locator('.page-header .primary').click(), await page.locator('dialog .roles label').nth(3).click(), await page.locator('dialog summary').click()) },
  'key-made': { hash: 'keys', ready: 'main li', before: (page) => page.route('**/api/key/create?*', (route) => route.fulfill({ json: { id: '0a1b2c3d4e5f6071', name: '王五', key: 'mpw_0a1b2c3d4e5f6071_Q29uc29sZVNjcmVlbnNob3RzS2V5MDEyMzQ1Njc4OQ', scopes: ['message:write'], account: 'default', created_at: ago(0) } })), act: async (page) => (await page.locator('.page-header .primary').click(), await page.locator('dialog input').first().fill('王五'), await page.locator('dialog .primary').click(), await page.locator('dialog .key').waitFor()) },
  'key-revoke': { hash: 'keys', ready: 'main li', act: click('main li .act .button', 'dialog[open]') },
  'key-403': { hash: 'keys', ready: '.problem', before: refuse('key/list', 403, 'forbidden') },
  'audit': { hash: 'keys/audit', ready: 'main li' },
  'setup': { hash: 'setup', ready: '.steps', tall: 1400 },
  'setup-server': { hash: 'setup', ready: '.steps', tall: 1400, act: (page) => page.locator('.step summary').nth(3).click() },
  'setup-fresh': { hash: 'setup', account: 'setup', ready: '.steps', tall: 1400, before: change('setup/get', (answer) => ({ ...answer, original_id: false, require_encryption: false, variables: [...(answer['variables'] as object[]).slice(0, -1), { name: 'SIGNING_KEY', state: 'missing', secret: true, for: ['keys'] }, { name: 'WECHAT_ENCODING_AES_KEY', state: 'malformed', secret: true, for: ['encryption'] }] })) },
  'setup-waiting': { hash: 'setup', account: 'setup', ready: '.steps', tall: 1400, act: (page) => page.locator('.step summary').nth(3).click() },
  'setup-failed': { hash: 'setup', account: 'setup', ready: '.steps', tall: 1400, before: async (page) => (await change('setup/get', (answer) => ({ ...answer, handshakes: [{ at: ago(40), ok: false, step: 'signature' }] }))(page), await change('account/check', (answer) => ({ ...answer, ok: false, checks: (answer['checks'] as { name: string }[]).map((check) => (check.name === 'access_token' ? { name: 'access_token', ok: false, message: 'm', id: 'ip', params: { ip: '203.0.113.7' } } : check)) }))(page)), act: (page) => page.locator('.step summary').nth(3).click() },
  'assistants': { hash: 'assistants', ready: '.list li', before: used, tall: 1300 },
  'assistants-empty': { hash: 'assistants', account: 'setup', ready: '.empty' },
  'assistants-unused': { hash: 'assistants', ready: '.list li' },
  'assistants-500': { hash: 'assistants', ready: '.problem', before: refuse('assistant/list', 500, 'internal') },
  'assistants-memory': { hash: 'assistants', ready: '.list li', before: async (page) => (await used(page), await page.route('**/api/conversation/get?*', (route) => route.fulfill({ json: { turns: [{ question: '红玫瑰多少钱', answer: '红玫瑰 99 元一束，今天下单两小时内送到。（内容由AI生成）' }, { question: '能写贺卡吗', answer: '可以，免费代写。（内容由AI生成）' }] } }))), act: click('section li .button', 'dialog .turns') },
  'assistant': { hash: 'assistants/客服', ready: '.columns .form', tall: 1300 },
  'assistant-all': { hash: 'assistants/客服', ready: '.columns .form', act: unfold, tall: 3200 },
  'assistant-chat': { hash: 'assistants/客服', ready: '.columns .form', tall: 1300, act: async (page) => (await page.locator('.show-aside:visible').click({ timeout: 500 }).catch(() => {}), await page.locator('.chat input').fill('红玫瑰多少钱'), await page.keyboard.press('Enter'), await page.locator('.facts').waitFor()) },
  'assistant-missing': { hash: 'assistants/花语', ready: '.columns .form' },
  'assistant-new': { hash: 'assistants/new', ready: '.columns .form', tall: 1300 },
  'assistant-label': { hash: 'assistants/客服', ready: '.columns .form', act: async (page) => (await unfold(page), await page.locator('.switch').click(), await page.locator('dialog[open]').waitFor()) },
  'assistant-409': { hash: 'assistants/客服', ready: '.columns .form', before: refuse('assistant/update', 409, 'conflict', { by: '张三' }), act: async (page) => (await page.locator('form textarea').first().fill('你是花店的客服。'), await page.keyboard.press('Control+s'), await page.locator('.problem').waitFor()) },
  'assistant-chat-failed': { hash: 'assistants/客服', ready: '.columns .form', tall: 1300, before: (page) => page.route('**/api/assistant/test?*', (route) => route.fulfill({ json: { answer: ['正在忙，稍后再试'], raw: null, model: null, tokens: 0, took_ms: 4500, errors: ['sandbox: it answered 402: insufficient balance'] } })), act: async (page) => (await page.locator('.show-aside:visible').click({ timeout: 500 }).catch(() => {}), await page.locator('.chat input').fill('红玫瑰多少钱'), await page.keyboard.press('Enter'), await page.locator('.facts').waitFor()) },
  'assistant-fallback': { hash: 'assistants/客服', ready: '.columns .form', tall: 1500, act: async (page) => (await page.locator('.group .bare').first().click(), await page.locator('.fallback').waitFor()) },
  'assistant-delete': { hash: 'assistants/客服', ready: '.columns .form', act: more(-1, 'dialog[open]') },
  'rule-ask': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1300, act: async (page) => (await page.locator('.field:has(.reply-editor) .segmented label').nth(3).click(), await page.locator('.ask').waitFor()) },
  'backends': { hash: 'backends', ready: 'main li', before: failing },
  'backends-empty': { hash: 'backends', account: 'setup', ready: '.empty' },
  'backends-500': { hash: 'backends', ready: '.problem', before: refuse('webhook/list', 500, 'internal') },
  'backends-long': { hash: 'backends', ready: 'main li', before: async (page) => (await failing(page), await page.route('**/api/webhook/list?*', (route) => route.fulfill({ json: { webhooks: [{ ...WEBHOOKS[0], name: LONG, url: `https://shop.example.com/${'a-very-long-path/'.repeat(6)}` }, { id: 'w_crm', url: 'https://shop.example.com/crm?token=0123456789abcdef0123456789abcdef', mode: 'notify' }], version: 1 } }))) },
  'backend': { hash: 'backends/w_orders', ready: '.columns .form', tall: 1200 },
  'backend-new': { hash: 'backends/new', ready: '.columns .form', tall: 1000, act: async (page) => (await page.locator('form select').first().selectOption('true'), await page.locator('.types').waitFor()) },
  'backend-field': { hash: 'backends/w_orders', ready: '.columns .form', tall: 1000, before: refuse('webhook/update', 400, 'invalid_parameter', { field: 'webhook.url', message: 'webhook.url is not an https address' }), act: async (page) => (await page.locator('form input').first().fill('http://shop.example.com'), await page.keyboard.press('Control+s'), await page.locator('[aria-invalid="true"]').first().waitFor()) },
  'backend-secret': { hash: 'backends/w_orders', ready: '.columns .form', tall: 1200, before: (page) => page.route('**/api/webhook/secret?*', (route) => route.fulfill({ json: { secret: 'whsec_Q29uc29sZVNjcmVlbnNob3RzU2VjcmV0MDEyMzQ1Njc4OQ==' } })), act: async (page) => (await page.locator('.field .button').first().click(), await page.locator('dialog .secret').waitFor()) },
  'backend-test': { hash: 'backends/w_orders', ready: '.columns .form', before: (page) => page.route('**/api/webhook/test?*', (route) => route.fulfill({ json: { ok: true, took_ms: 38, replies: [{ msgtype: 'text', text: { content: '请告诉我订单号' } }] } })), act: async (page) => (await page.locator('.page-header .actions .button').first().click(), await page.locator('dialog .phone').waitFor()) },
  'backend-test-failed': { hash: 'backends/w_orders', ready: '.columns .form', before: (page) => page.route('**/api/webhook/test?*', (route) => route.fulfill({ json: { ok: false, took_ms: 21, replies: [], error: 'it answered 401' } })), act: async (page) => (await page.locator('.page-header .actions .button').first().click(), await page.locator('dialog .error').waitFor()) },
  'deliveries': { hash: 'backends/w_orders/deliveries', ready: 'main li', before: failing },
  'deliveries-empty': { hash: 'backends/w_orders/deliveries?state=pending', ready: '.empty' },
  'deliveries-pending': { hash: 'backends/w_orders/deliveries?state=pending', ready: 'main li', before: failing },
  'deliveries-none': { hash: 'backends/w_orders/deliveries', ready: '.empty' },
  'deliveries-replay': { hash: 'backends/w_orders/deliveries', ready: 'main li', before: async (page) => (await failing(page), await page.route('**/api/delivery/replay?*', (route) => route.fulfill({ json: { matching: 37, at_once: 20, oldest_at: ago(7000) } }))), act: click('.page-header .primary', 'dialog .primary:enabled') },
  'delivery': { hash: 'backends/w_orders/deliveries/msg_dead1', ready: 'dialog pre', tall: 1000, before: async (page) => (await failing(page), await page.route('**/api/delivery/get?*', (route) => route.fulfill({ json: {
    delivery: delivery(1, 'dead', 'it answered 500'),
    attempts: [{ at: ago(4000), status: null, took_ms: 25_000, error: 'it did not answer within 25000 ms', body: null }, { at: ago(3600), status: 500, took_ms: 41, error: 'it answered 500', body: '{"error":"database is locked"}' }],
    request: { url: 'http://127.0.0.1:9/orders', headers: { 'content-type': 'application/json; charset=utf-8', 'webhook-id': 'msg_dead1' }, body: { type: 'message.received', id: 'msg_dead1', account: 'default', mode: 'respond', openid: wang, message: { MsgType: 'text', Content: '我的订单到哪了' } } },
  } }))) },
  'simulator': { hash: 'phone', ready: '.phone', act: say('你们几点开门'), tall: 1000 },
  'simulator-empty': { hash: 'phone', ready: '.phone', tall: 1000 },
  'simulator-menu': { hash: 'phone', ready: '.phone [role=menubar]', tall: 1000, before: async (page) => (await page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [{ version: 3, author: '张三', made_at: ago(90_000) }] } })), await page.route('**/api/menu/version?*', (route) => route.fulfill({ json: { version: 3, author: '张三', made_at: ago(90_000), menus: MENUS } }))), act: async (page) => (await page.getByRole('menuitem').nth(1).click(), await page.getByRole('menuitem').nth(1).click()) },
  'simulator-sealed': { hash: 'phone', ready: '.phone', tall: 1500, act: async (page) => (await page.locator('.check input').first().check(), await page.locator('.check input').nth(1).check(), await say('你们几点开门')(page)) },
  'simulator-scan': { hash: 'phone', ready: '.phone', tall: 1000, act: async (page) => (await page.locator('.user .segmented label').nth(2).click(), await page.locator('.user form input.mono').fill('xihu'), await page.keyboard.press('Enter'), await page.locator('.trace').first().waitFor()) },
  'simulator-500': { hash: 'phone', ready: '.phone', tall: 1000, before: refuse('rule/test', 500, 'internal'), act: async (page) => (await page.locator('.user form input:not([type])').first().fill('在吗'), await page.keyboard.press('Enter'), await page.locator('.problem').waitFor()) },
  'simulator-unsaved': { hash: 'rules/r_hours', ready: '.columns .form', tall: 1000, act: async (page) => (await page.locator('.reply-text textarea').fill('每天 8:00–22:00'), await page.goto('about:blank'), await page.goto(`${world.url}/console/#/default/phone`), await page.locator('.user .phone').waitFor(), await page.locator('.user select').selectOption('r_hours'), await say('你们几点开门')(page)) },
  'templates': { hash: 'templates', ready: 'main li' },
  'template': { hash: `templates/SANDBOX_0000000000000000000000000000shipped?to=${wang}`, ready: '.card', tall: 1200, act: async (page) => {
    const values = ['A1024', '红玫瑰', '¥99.00', '2026年11月26日 14:32']
    for (const [index, value] of values.entries()) await page.locator('.template-field input').nth(index).fill(value)
    await page.locator('form .segmented label').nth(1).click()
  } },
  'template-to': { hash: 'templates/SANDBOX_0000000000000000000000000000shipped', ready: '.card', act: async (page) => (await page.locator('.recipient input').fill('王'), await page.locator('.recipient li').first().waitFor()) },
  'template-to-unknown': { hash: 'templates/SANDBOX_0000000000000000000000000000shipped', ready: '.card', act: async (page) => (await page.locator('.recipient input').fill('bob'), await page.locator('.recipient input').blur()) },
  'template-wrong': { hash: 'templates/SANDBOX_0000000000000000000000000000shipped', ready: '.card', tall: 1200, act: async (page) => (await page.locator('.template-field input').nth(1).fill('红玫瑰'.repeat(8)), await page.locator('.template-field input').nth(3).fill('明天')) },
  'template-app': { hash: 'templates/SANDBOX_0000000000000000000000000000shipped', ready: '.card', tall: 1200, act: (page) => page.locator('form .segmented label').nth(2).click() },
  'template-delete': { hash: 'templates/SANDBOX_0000000000000000000000000000shipped', ready: '.card', act: click('.side .bare:last-child', 'dialog[open]') },
  'template-refused': { hash: `templates/SANDBOX_0000000000000000000000000000shipped?to=${wang}`, ready: '.card', tall: 1200, before: refuse('template/send', 400, 'wechat_error', { errcode: 43004 }), act: async (page) => {
    for (const [index, value] of ['A1024', '红玫瑰', '¥99.00', '2026年11月26日 14:32'].entries()) await page.locator('.template-field input').nth(index).fill(value)
    await page.locator('form .primary').click()
    await page.locator('.problem').waitFor()
  } },
  'template-sent': { hash: `templates/SANDBOX_0000000000000000000000000000shipped?to=${wang}`, ready: '.card', tall: 1200, before: (page) => page.route('**/api/template/send?*', (route) => route.fulfill({ json: { msgid: '200163836' } })), act: async (page) => {
    const values = ['A1024', '红玫瑰', '¥99.00', '2026年11月26日 14:32']
    for (const [index, value] of values.entries()) await page.locator('.template-field input').nth(index).fill(value)
    await page.locator('form .primary').click()
    await page.locator('.result').waitFor()
  } },
  'templates-empty': { hash: 'templates', ready: '.empty', before: change('template/list', () => ({ template_list: [] })) },
  'templates-48001': { hash: 'templates', ready: '.problem', before: refuse('template/list', 403, 'wechat_error', { errcode: 48001 }) },
  'menu': { hash: 'menu', ready: '.bar .on', before: drafted },
  'menu-sub': { hash: 'menu', ready: '.bar .on', before: drafted, act: async (page) => (await page.locator('.bar .top').nth(1).click(), await page.locator('.bar .subs button').first().click()) },
  'menu-parent': { hash: 'menu', ready: '.bar .on', before: drafted, act: (page) => page.locator('.bar .top').nth(1).click() },
  'menu-conditional': { hash: 'menu?menu=1', ready: '.bar .on', before: drafted },
  'menu-app': { hash: 'menu', ready: '.bar .on', before: drafted, act: tapped(1, 1) },
  'menu-unanswered': { hash: 'menu', ready: '.bar .on', before: drafted, act: tapped(1, 2) },
  'menu-types': { hash: 'menu', ready: '.bar .on', before: drafted, tall: 1000, act: (page) => page.locator('.editor .types input').last().check() },
  'menu-long': { hash: 'menu', ready: '.bar .on', before: drafted, tall: 1100, act: (page) => page.locator('.editor input').first().fill('今日推荐花束特价活动') },
  'menu-48001': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await page.route('**/api/menu/check?*', (route) => route.fulfill({ json: { problems: [], unanswered_keys: [] } })), await refuse('menu/publish', 403, 'wechat_error', { errcode: 48001 })(page)), act: async (page) => (await click('.page-header .primary', 'dialog .primary:enabled')(page), await page.locator('dialog .primary').click(), await page.locator('dialog .problem').waitFor()) },
  'menu-sees': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await page.route('**/api/menu/try_match?*', (route) => route.fulfill({ json: { button: MENUS[0].button } }))), act: async (page) => (await more(1, 'dialog[open]')(page), await page.locator('dialog input').fill(wang), await page.keyboard.press('Enter'), await page.locator('dialog .phone').waitFor()) },
  'menu-403': { hash: 'menu', ready: '.problem', before: refuse('menu/draft', 403, 'forbidden') },
  'menu-empty': { hash: 'menu', account: 'setup', ready: '.empty' },
  'menu-publish': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await page.route('**/api/menu/check?*', (route) => route.fulfill({ json: { problems: [], unanswered_keys: ['AGENT'] } })), await page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [{ version: 3, author: '张三', made_at: ago(90_000) }] } })), await page.route('**/api/menu/version?*', (route) => route.fulfill({ json: { version: 3, author: '张三', made_at: ago(90_000), menus: [{ button: [{ name: '今日花束', type: 'click', key: 'TODAY' }, MENUS[0].button[1]] }] } }))), act: click('.page-header .primary', 'dialog table') },
  'menu-publishing': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await page.route('**/api/menu/check?*', (route) => route.fulfill({ json: { problems: [], unanswered_keys: ['AGENT'] } })), await page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [{ version: 3, author: '张三', made_at: ago(90_000) }] } })), await page.route('**/api/menu/version?*', (route) => route.fulfill({ json: { version: 3, author: '张三', made_at: ago(90_000), menus: [{ button: [{ name: '今日花束', type: 'click', key: 'TODAY' }, MENUS[0].button[1]] }] } }))), act: async (page) => (await page.route('**/api/menu/publish?*', (route) => route.fulfill({ ...PROBLEM(409, 'publishing', { by: '张三', since: ago(20) }), headers: { 'retry-after': '160' } })), await click('.page-header .primary', 'dialog table')(page), await page.locator('dialog .primary').click(), await page.locator('dialog .problem').waitFor()) },
  'menu-problems': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await page.route('**/api/menu/check?*', (route) => route.fulfill({ json: { problems: [{ field: 'menus[0].button[1].sub_button[0].url', message: 'is empty' }, { field: 'menus[1].button[0].name', message: 'has 21 bytes, at most 16 are possible' }], unanswered_keys: [] } })), await page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [] } }))), act: click('.page-header .primary', 'dialog .wrong') },
  'menu-409': { hash: 'menu', ready: '.bar .on', before: async (page) => (await drafted(page), await refuse('menu/save_draft', 409, 'conflict', { by: '张三' })(page)), act: async (page) => (await page.locator('.editor input').first().fill('今日特价'), await page.locator('.problem').waitFor()) },
  'menu-user': { hash: 'menu', ready: '.bar .on', before: drafted, act: async (page) => (await page.locator('.page-header .opener').click(), await page.locator('.menu:popover-open button').nth(1).click(), await page.locator('dialog[open]').waitFor()) },
  'menu-delete': { hash: 'menu', ready: '.bar .on', before: drafted, act: async (page) => (await page.locator('.page-header .opener').click(), await page.locator('.menu:popover-open button').last().click(), await page.locator('dialog[open]').waitFor()) },
  'menu-versions': { hash: 'menu/versions', ready: 'main li', before: (page) => page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [{ version: 3, author: '张三', made_at: ago(900) }, { version: 2, author: 'root', made_at: ago(90_000) }] } })) },
  'menu-versions-empty': { hash: 'menu/versions', account: 'setup', ready: '.empty' },
  'menu-compare': { hash: 'menu/versions', ready: 'main li', before: async (page) => (await drafted(page), await page.route('**/api/menu/versions?*', (route) => route.fulfill({ json: { versions: [{ version: 3, author: '张三', made_at: ago(900) }] } })), await page.route('**/api/menu/version?*', (route) => route.fulfill({ json: { version: 3, author: '张三', made_at: ago(90_000), menus: [{ button: [{ name: '今日花束', type: 'click', key: 'TODAY' }, MENUS[0].button[1]] }] } }))), act: click('main li .bare', 'dialog table, dialog .diff > *') },
  'stats': { hash: 'stats', ready: '.chart', before: reported, tall: 1100 },
  'stats-outcomes': { hash: 'stats?by=outcome', ready: '.chart', before: reported, tall: 1100 },
  'stats-rules': { hash: 'stats?by=rule', ready: 'tbody', before: reported },
  'stats-time': { hash: 'stats?by=time', ready: 'tbody', before: reported },
  'stats-words': { hash: 'stats?by=word', ready: 'tbody', before: reported },
  'stats-keys': { hash: 'stats?by=key', ready: 'tbody, .empty', before: reported },
  'stats-scenes': { hash: 'stats?by=scene', ready: 'tbody, .empty', before: reported },
  'stats-500': { hash: 'stats', ready: '.problem', before: refuse('stats/report', 500, 'internal') },
  'stats-empty': { hash: 'stats', account: 'setup', ready: '.empty' },
  'qrcodes': { hash: 'qrcodes', ready: 'main li', before: coded },
  'qrcode': { hash: 'qrcodes/xihu', ready: 'dialog img', before: coded },
  'qrcode-new': { hash: 'qrcodes', ready: 'main li', before: coded, act: async (page) => (await page.locator('.page-header .primary').click(), await page.locator('dialog input').first().fill('西湖店'), await page.locator('dialog .segmented label').nth(1).click()) },
  'qrcode-elsewhere': { hash: 'qrcodes/made-elsewhere', ready: 'dialog[open]', before: coded },
  'qrcodes-chosen': { hash: 'qrcodes', ready: 'main li', before: coded, act: (page) => page.locator('.choose').first().check() },
  'qrcode-48001': { hash: 'qrcodes', ready: 'main li', before: async (page) => (await coded(page), await refuse('qrcode/create', 403, 'wechat_error', { errcode: 48001 })(page)), act: async (page) => (await page.locator('.page-header .primary').click(), await page.locator('dialog input').nth(0).fill('西湖店'), await page.locator('dialog input').nth(1).fill('xihu'), await page.locator('dialog .primary').click(), await page.locator('dialog .problem').waitFor()) },
  'qrcodes-empty': { hash: 'qrcodes', account: 'setup', ready: '.empty' },
  'qrcodes-print': { hash: 'qrcodes', ready: 'main li', before: coded, tall: 1100, act: click('.page-header .button', '.sheet') },
  'users': { hash: 'users', ready: 'main li', before: followers },
  'users-never': { hash: 'users', account: 'setup', ready: '.strip' },
  'users-none': { hash: 'users?q=没有这个人', ready: '.empty' },
  'users-failed': { hash: 'users', ready: 'main li', before: async (page) => change('user/search', (answer) => ({ ...answer, sync: { state: 'failed', done: 4800, of: 12_034, error: 'WeChat refused (48001: api unauthorized)' }, users: [{ openid: wang, remark: LONG.slice(0, 14), tags: [100], followed_at: ago(2_000_000), scene: 'a-scene-with-a-rather-long-name-in-it', window_until: ago(-111_000) }] }))(page) },
  'users-repeats': { hash: 'users', ready: 'main li', before: change('user/search', (answer) => ({ ...answer, sync: { state: 'running', done: 4800, of: 12_034, error: 'WeChat did not answer in time' } })) },
  'users-rest': { hash: 'users', ready: 'main li', before: change('user/search', (answer) => ({ ...answer, sync: { state: 'running', done: 12_034, of: 12_034 } })) },
  'users-rename-tag': { hash: 'users', ready: 'main li', before: async (page) => (await followers(page), await page.route('**/api/tag/list?*', (route) => route.fulfill({ json: { tags: [{ id: 2, name: '星标组', count: 3 }, { id: 100, name: '会员', count: 812 }, { id: 101, name: '西湖区两小时达老客户与企业', count: 12_034 }] } }))), act: async (page) => (await click('.page-header .button', 'dialog li')(page), await page.locator('dialog li .bare').first().click(), await page.locator('dialog li').nth(2).locator('.bare').last().click()) },
  'user': { hash: `users/${wang}`, ready: 'dialog .person-pane', before: followers, tall: 1000 },
  'users-tag': { hash: 'users', ready: 'main li', before: followers, act: async (page) => (await page.locator('.choose').first().check(), await page.locator('.choose').nth(1).check(), await page.locator('.tools .primary').click(), await page.locator('dialog[open]').waitFor()) },
  'users-tags': { hash: 'users', ready: 'main li', before: followers, act: click('.page-header .button', 'dialog li') },
  'settings': { hash: 'settings', ready: 'main form', tall: 1000 },
  'settings-forget': { hash: 'settings', ready: 'main form', tall: 1000, before: change('account/update', (answer) => ({ ...answer, would_forget: 12_034 })), act: async (page) => (await page.locator('main form input').first().fill('30'), await page.locator('main form .primary').click(), await page.locator('dialog[open]').waitFor()) },
  'settings-empty': { hash: 'settings', ready: 'main form', tall: 1000, act: async (page) => (await page.locator('main form input').first().fill(''), await page.locator('main form .primary').click(), await page.locator('main form [aria-invalid]').waitFor()) },
  'settings-429': { hash: 'settings', ready: 'main form', before: (page) => page.route('**/api/account/update?*', (route) => route.fulfill({ ...PROBLEM(429, 'rate_limited'), headers: { 'retry-after': '12' } })), act: async (page) => (await page.locator('main form input').first().fill('30'), await page.locator('main form .primary').click(), await page.locator('.problem').first().waitFor()) },
  'settings-viewer': { hash: 'settings', ready: 'main form', tall: 1000, before: (page) => page.route('**/api/session/get', async (route) => route.fulfill({ json: { ...((await (await route.fetch()).json()) as object), key: { id: 'a', name: '小李', root: false, scopes: ['account:read'] } } })) },
  'settings-erase': { hash: 'settings', ready: 'main form', tall: 1000, act: async (page) => (await page.locator('main form input').last().fill(wang), await page.locator('main form .danger').click(), await page.locator('dialog[open]').waitFor()) },
  'palette': { hash: 'overview', ready: '.figures', act: async (page) => (await page.keyboard.press('Control+k'), await page.locator('.palette li').first().waitFor(), await page.keyboard.type('r'), await page.locator('.palette li').first().waitFor()) },
  'shortcuts': { hash: 'overview', ready: '.figures', act: shortcut('?', 'dialog[open]') },
  'person-menu': { hash: 'overview', ready: '.figures', act: async (page) => page.locator('.side > .opener:visible, .bottom .opener:visible').first().click() },
  'accounts': { hash: 'overview', ready: '.figures', act: async (page) => page.locator('.account .opener:visible').first().click() },
  'toast': { hash: 'rules', ready: '.rule', before: (page) => page.route('**/api/rule/update?*', (route) => route.fulfill({ json: { version: 2 } })), act: click('.rule .switch', '.toast') },
  'signed-out': { hash: 'overview', ready: 'dialog[open]', before: refuse('stats/summary', 401, 'unauthorized') },
  'not-here': { hash: 'nothing', ready: '.empty' },
}
const VISITED: Record<string, Screen> = {
  'sign-in': { hash: 'sign-in', ready: '#key' },
  'sign-in-wrong': { hash: 'sign-in', ready: '#key', before: (page) => page.route('**/api/session/create*', (route) => route.fulfill(PROBLEM(401, 'unauthorized'))), act: async (page) => (await page.locator('#key').fill('mpw_wrong'), await page.locator('.enter').click(), await page.locator('details summary').click(), await page.waitForTimeout(100)) },
  'sign-in-link': { hash: 'sign-in?ticket=x', ready: '.sheet', before: (page) => page.route('**/api/session/create*', (route) => route.fulfill(PROBLEM(401, 'unauthorized'))) },
}
/** Pictures taken at the same time. */
const AT_ONCE = 2
const SIZES = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const
const LOCALES = ['zh-CN', 'en-GB'] as const
const WANTED = filter.split(',')
const LOOKS = looks.split(',')
/** A part that begins with ^ is the beginning of the name. */
const wanted = (name: string): boolean => WANTED.some((part) => (part.startsWith('^') ? name.startsWith(part.slice(1)) : name.includes(part)))
const lookOf = (width: number, scheme: string, locale: string): string => `${width}-${scheme}-${locale.slice(0, 2)}`

/** Each in a browser of its own: what a screen stores, and its clock, are not those of the next. */
async function shoot(browser: Browser, options: BrowserContextOptions, cookie: boolean, name: string, { hash, account = 'default', ready, before, act, tall }: Screen, look: string): Promise<void> {
  const context = await browser.newContext(options)
  if (cookie) await context.addCookies([{ ...world.cookie, url: `${world.url}/api/`, httpOnly: true, sameSite: 'Strict' }])
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => console.error(name, look, error.stack))
  try {
    if (tall !== undefined) await page.setViewportSize({ width: page.viewportSize()?.width ?? 0, height: tall })
    if (account === 'default') await page.route('**/api/webhook/list?*', (route) => route.fulfill({ json: { webhooks: WEBHOOKS, version: 1 } }))
    await before?.(page)
    await page.goto(`${world.url}/console/#/${hash.startsWith('sign-in') ? hash : `${account}/${hash}`}`)
    await page.locator(ready).first().waitFor()
    await page.waitForLoadState('networkidle')
    await act?.(page)
    await page.waitForLoadState('networkidle')
    const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('main, dialog[open]')].some((box) => box.scrollWidth > Math.min(box.clientWidth, innerWidth)))
    if (wide) console.error(`${name} ${look}: something is wider than the window`)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled' })
    if (axe === 'axe') for (const { id, nodes } of (await new AxeBuilder({ page }).analyze()).violations) console.error(`${name} ${look}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
  } catch (error) {
    console.error(name, look, error instanceof Error ? error.message : error)
  } finally {
    await context.close()
  }
}

/** The four looks of one width in one picture. */
async function sheet(browser: Browser, name: string, width: (typeof SIZES)[number]): Promise<void> {
  const looks = SCHEMES.flatMap((scheme) => LOCALES.map((locale) => join(folder, `${name}-${lookOf(width, scheme, locale)}.png`)))
  const pictures = await Promise.all(looks.map((path) => readFile(path, 'base64').catch(() => '')))
  const page = await browser.newPage({ viewport: { width: width === 390 ? 1560 : 1920, height: 100 } })
  const columns = width === 390 ? 4 : 2
  await page.setContent(`<style>body{margin:0;display:grid;grid-template-columns:repeat(${columns},1fr);gap:4px;background:#888}img{display:block;width:100%}</style>${pictures.map((data) => `<img src="data:image/png;base64,${data}">`).join('')}`)
  await page.screenshot({ path: join(folder, `sheet-${name}-${width}.png`), fullPage: true })
  await page.close()
}

const began = Date.now()
try {
  await mkdir(folder, { recursive: true })
  await furnish()
  const browser = await launch()
  const waiting: (() => Promise<void>)[] = []
  for (const width of SIZES) for (const colorScheme of SCHEMES) for (const locale of LOCALES) {
    const look = lookOf(width, colorScheme, locale)
    if (!LOOKS.some((part) => look.includes(part))) continue
    const options = { viewport: { width, height: width < 760 ? 844 : 800 }, hasTouch: width < 760, isMobile: width < 760, colorScheme, locale }
    for (const [cookie, screens] of [[false, VISITED], [true, SCREENS]] as const) for (const [name, screen] of Object.entries(screens)) {
      if (wanted(`${name}-${look}`)) waiting.push(() => shoot(browser, options, cookie, name, screen, look))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next()
  }))
  for (const name of [...Object.keys(VISITED), ...Object.keys(SCREENS)]) for (const width of SIZES) if (looks === '' && LOCALES.every((locale) => SCHEMES.every((scheme) => wanted(`${name}-${lookOf(width, scheme, locale)}`)))) await sheet(browser, name, width)
  await browser.close()
  console.log(`Pictures of ${Object.keys(SCREENS).length + Object.keys(VISITED).length} screens and states in 8 looks: ${folder}, ${Math.round((Date.now() - began) / 1000)} seconds.`)
} finally {
  await stop()
}
