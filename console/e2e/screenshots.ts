// Pictures of every screen in all eight looks, for looking at: `npm run screenshots -- FOLDER [PART OF A NAME]`.
import { execFile } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, Page } from 'playwright-core'
import { launch } from './browser.ts'
import { ROOT, SANDBOX, start } from './world.ts'

const [folder = 'screenshots', filter = ''] = process.argv.slice(2)
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
  const { rules } = JSON.parse(await readFile(join(ROOT, 'rules.example.json'), 'utf8')) as { rules: unknown[] }
  const hours = { id: 'r_hours', name: '营业时间', when: { keyword: { contains: ['营业时间', '几点'], fold: true } }, hours: [{ days: ['mon-fri'], from: '09:00', to: '21:00' }], reply: { msgtype: 'text', text: { content: '每天 9:00–21:00，节假日不休。\n<a href="https://example.com/map">怎么走</a>' } } }
  const late = { name: '人工', when: { keyword: { exact: ['几点'] } }, reply: { msgtype: 'transfer_customer_service' } }
  await api('rule/import', { append: false, rules: [hours, late, ...rules] })
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
  await fetch(`${world.url}/cdn-cgi/handler/scheduled`)
}

interface Screen { hash: string; ready: string; act?: (page: Page) => Promise<unknown> }
const SCREENS: Record<string, Screen> = {
  overview: { hash: 'overview', ready: '.figures' },
  conversations: { hash: 'conversations?filter=all', ready: '.list li' },
  thread: { hash: `conversations/${wang}?filter=all`, ready: '.bubble' },
  taken: { hash: `conversations/${chen}?filter=all`, ready: '.holding' },
  send: { hash: `conversations/${wang}?filter=all`, ready: '.bubble', act: (page) => page.locator('.box .bar .link').click() },
  rules: { hash: 'rules', ready: '.rule' },
  rule: { hash: 'rules/r_hours', ready: '.columns .form' },
  'rule-new': { hash: 'rules/new?text=多少钱', ready: '.reply-text' },
  'rules-import': { hash: 'rules', ready: '.rule', act: async (page) => (await page.locator('.page-header .opener').click(), await page.locator('.menu:popover-open button').nth(2).click(), await page.locator('dialog .list').waitFor()) },
  versions: { hash: 'rules/versions', ready: 'main li, .empty' },
  keys: { hash: 'keys', ready: 'main li' },
  'key-new': { hash: 'keys', ready: 'main li', act: (page) => page.locator('.page-header .primary').click() },
  audit: { hash: 'keys/audit', ready: 'main li, .empty, .problem' },
  setup: { hash: 'setup', ready: '.steps' },
  palette: { hash: 'overview', ready: '.figures', act: async (page) => (await page.keyboard.press('Control+k'), await page.locator('.palette li').first().waitFor()) },
}
const SIZES = [1280, 390] as const
const SCHEMES = ['light', 'dark'] as const
const LOCALES = ['zh-CN', 'en-GB'] as const

async function shoot(context: BrowserContext, name: string, { hash, ready, act }: Screen, look: string): Promise<void> {
  if (!`${name}-${look}`.includes(filter)) return
  const page = await context.newPage()
  page.on('pageerror', (error) => console.error(name, look, error.stack))
  await page.goto(`${world.url}/console/#/${hash.startsWith('sign-in') ? hash : `default/${hash}`}`)
  await page.locator(ready).first().waitFor()
  await page.waitForLoadState('networkidle')
  await act?.(page)
  await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled' })
  await page.close()
}

try {
  await mkdir(folder, { recursive: true })
  await furnish()
  const browser = await launch()
  for (const width of SIZES) for (const colorScheme of SCHEMES) for (const locale of LOCALES) {
    const look = `${width}-${colorScheme}-${locale.slice(0, 2)}`
    const options = { viewport: { width, height: width < 760 ? 844 : 800 }, hasTouch: width < 760, colorScheme, locale }
    const visitor = await browser.newContext(options)
    await shoot(visitor, 'sign-in', { hash: 'sign-in', ready: '#key' }, look)
    await visitor.close()
    const context = await browser.newContext(options)
    const page = await context.newPage()
    await page.goto(`${world.url}/console/#/sign-in?ticket=${(await api<{ ticket: string }>('session/ticket', {})).ticket}`)
    await page.locator('.shell').waitFor()
    await page.close()
    for (const [name, screen] of Object.entries(SCREENS)) await shoot(context, name, screen, look)
    await context.close()
  }
  await browser.close()
} finally {
  await stop()
}
