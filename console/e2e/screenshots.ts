// Pictures of every screen, for looking at: `node e2e/screenshots.ts FOLDER [FILTER]`, with `make dev` running.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { launch } from './browser.ts'

const [folder = 'screenshots', filter = ''] = process.argv.slice(2)
const worker = process.env['WORKER'] ?? 'http://127.0.0.1:8787'
const key = process.env['API_KEY'] ?? /^ROOT_API_KEY=(.+)$/m.exec(await readFile(new URL('../../.dev.vars', import.meta.url), 'utf8'))?.[1]
const openid = process.env['OPENID'] ?? 'oXk3f000000000000000000Wang2'

const SCREENS: Record<string, string> = {
  overview: '#/default/overview',
  conversations: '#/default/conversations?filter=all',
  thread: `#/default/conversations/${openid}?filter=all`,
  rules: '#/default/rules',
  rule: '#/default/rules/r_hours',
  'rule-new': '#/default/rules/new?text=多少钱',
  versions: '#/default/rules/versions',
  keys: '#/default/keys',
  setup: '#/default/setup',
  'sign-in': '#/sign-in',
}
const LOOKS = [
  ['1280-light-zh', 1280, 'light', 'zh-CN'],
  ['390-light-zh', 390, 'light', 'zh-CN'],
  ['1280-dark-zh', 1280, 'dark', 'zh-CN'],
  ['390-dark-zh', 390, 'dark', 'zh-CN'],
  ['1280-light-en', 1280, 'light', 'en-GB'],
  ['390-light-en', 390, 'light', 'en-GB'],
  ['1280-dark-en', 1280, 'dark', 'en-GB'],
  ['390-dark-en', 390, 'dark', 'en-GB'],
] as const

await mkdir(folder, { recursive: true })
const browser = await launch()
for (const [look, width, colorScheme, locale] of LOOKS) {
  const context = await browser.newContext({
    viewport: { width, height: width < 760 ? 844 : 800 },
    hasTouch: width < 760,
    colorScheme,
    locale,
    extraHTTPHeaders: { Authorization: `Bearer ${key}` },
  })
  const page = await context.newPage()
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('404') && console.log(look, message.text()))
  page.on('pageerror', (error) => console.log(look, error.stack))
  for (const [name, hash] of Object.entries(SCREENS)) {
    if (!`${name}-${look}`.includes(filter) && !(filter.startsWith('=') && filter.slice(1).split(',').some((each) => `${name}-${look}`.includes(each)))) continue
    const session = { key: { name: '张三', scopes: ['*'], root: false }, accounts: [{ name: 'default', app_id: 'wx0123456789abcdef', state: 'ok' }], build: 'dev', ends_at: 4e9 }
    await page.route('**/api/session/get*', (route) => (name === 'sign-in' ? route.fulfill({ status: 401, json: { error: { code: 'unauthorized', message: '', request_id: '' } } }) : route.fulfill({ json: session })))
    await page.goto('about:blank')
    await page.goto(`${worker}/console/${hash}`)
    await page.waitForLoadState('networkidle')
    await page.waitForTimeout(250)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
    const { violations } = await new AxeBuilder({ page }).analyze()
    for (const { id, nodes } of violations) console.log(`${name}-${look}: ${id}: ${nodes.map((node) => node.target.join(' ')).slice(0, 4).join(' | ')} ${nodes[0]?.any[0]?.message ?? ''}`)
    await page.unroute('**/api/session/get*')
  }
  await context.close()
}
await browser.close()
