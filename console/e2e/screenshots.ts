// Pictures of every screen and its states in all eight looks, for looking at: `npm run screenshots -- FOLDER [PART OF A NAME]`.
// Each picture is named by screen, width, theme and language; `sheet-*` shows the four looks of one width side by side.
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launch } from './browser.ts'
import { ROOT, SANDBOX, start } from './world.ts'

const [folder = join(tmpdir(), 'screenshots'), filter = ''] = process.argv.slice(2)
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
  'rule-gone': { hash: 'rules/r_nothing', ready: '.empty' },
  'rule-curl': { hash: 'rules/r_hours', ready: '.columns .form', act: async (page) => (await page.locator('.page-header .button').nth(1).click(), await page.locator('dialog pre').waitFor()) },
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
const SIZES = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const
const LOCALES = ['zh-CN', 'en-GB'] as const
const WANTED = filter.split(',')
const wanted = (name: string): boolean => WANTED.some((part) => name.includes(part))
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
    await before?.(page)
    await page.goto(`${world.url}/console/#/${hash.startsWith('sign-in') ? hash : `${account}/${hash}`}`)
    await page.locator(ready).first().waitFor()
    await page.waitForLoadState('networkidle')
    await act?.(page)
    await page.waitForLoadState('networkidle')
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    if (width > (page.viewportSize()?.width ?? width)) console.error(`${name} ${look}: ${width} pixels wide`)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled' })
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
  for (const width of SIZES) for (const colorScheme of SCHEMES) for (const locale of LOCALES) {
    const look = lookOf(width, colorScheme, locale)
    const options = { viewport: { width, height: width < 760 ? 844 : 800 }, hasTouch: width < 760, isMobile: width < 760, colorScheme, locale }
    for (const [name, screen] of Object.entries(VISITED)) {
      if (wanted(`${name}-${look}`)) await shoot(browser, options, false, name, screen, look)
    }
    for (const [name, screen] of Object.entries(SCREENS)) {
      if (wanted(`${name}-${look}`)) await shoot(browser, options, true, name, screen, look)
    }
  }
  for (const name of [...Object.keys(VISITED), ...Object.keys(SCREENS)]) for (const width of SIZES) if (LOCALES.every((locale) => SCHEMES.every((scheme) => wanted(`${name}-${lookOf(width, scheme, locale)}`)))) await sheet(browser, name, width)
  await browser.close()
  console.log(`Pictures of ${Object.keys(SCREENS).length + Object.keys(VISITED).length} screens and states in 8 looks: ${folder}, ${Math.round((Date.now() - began) / 1000)} seconds.`)
} finally {
  await stop()
}
