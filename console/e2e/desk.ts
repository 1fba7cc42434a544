// What the tests of a screen share: a browser, pages that watch what must not happen, and the other side, WeChat's.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest'
import { launch } from './browser.ts'
import { SANDBOX, type AccountName } from './world.ts'

const run = promisify(execFile)
export const world = inject('world')

interface Look { locale?: 'zh-CN' | 'en-GB'; colorScheme?: 'light' | 'dark'; width?: number; key?: string | null; timezoneId?: string }

let browser: Browser
const contexts: BrowserContext[] = []
let complaints: string[] = []

beforeAll(async () => {
  browser = await launch()
})
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
  const seen = complaints
  complaints = []
  expect(seen, 'errors of the page and reports of the Content-Security-Policy').toEqual([])
})
afterAll(() => browser.close())

/** What the browser logs of a call that failed, which the page itself shows. */
const EXPECTED = /Failed to load resource/

/** A browser of its own, signed in with the root key unless `key` names another; null = signed out. */
export async function context({ locale = 'zh-CN', colorScheme = 'light', width = 1280, key = world.rootKey, timezoneId = 'Asia/Shanghai' }: Look = {}): Promise<BrowserContext> {
  const opened = await browser.newContext({ viewport: { width, height: 800 }, hasTouch: width < 760, locale, colorScheme, timezoneId })
  opened.setDefaultTimeout(10_000)
  contexts.push(opened)
  opened.on('page', (page) => {
    page.on('pageerror', (error) => complaints.push(String(error.stack)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text())
    })
  })
  await opened.exposeFunction('reported', (report: string) => void complaints.push(report))
  await opened.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => (globalThis as unknown as { reported: (report: string) => void }).reported(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))
  })
  if (key !== null) await signIn(opened, key)
  return opened
}

const cookies = new Map<string, Awaited<ReturnType<BrowserContext['cookies']>>>()

/** Uses the session of the root key, or signs in with a link once and uses that session: sign-ins are limited by address. */
async function signIn(opened: BrowserContext, key: string): Promise<void> {
  if (key === world.rootKey) return opened.addCookies([{ ...world.cookie, url: `${world.url}/api/`, httpOnly: true, sameSite: 'Strict' }])
  const known = cookies.get(key)
  if (known) return opened.addCookies(known)
  const ticket = (await api<{ ticket: string }>('session/ticket', {}, { key })).ticket
  const page = await opened.newPage()
  await page.goto(`${world.url}/console/#/sign-in?ticket=${ticket}`)
  await page.locator('.shell').waitFor()
  cookies.set(key, await opened.cookies())
  await page.close()
}

/** A page of the console at a place such as `rules/rules?q=a`. */
export async function open(place: string, look: Look = {}): Promise<Page> {
  const page = await (await context(look)).newPage()
  await page.goto(`${world.url}/console/#/${place}`)
  return page
}

interface ApiOptions { account?: AccountName; key?: string; fails?: boolean }

/** Calls the JSON API as a program does. */
export async function api<Answer = Record<string, unknown>>(call: string, body: unknown, { account, key = world.rootKey, fails = false }: ApiOptions = {}): Promise<Answer> {
  const response = await fetch(`${world.url}/api/${call}${account ? `?account=${account}` : ''}`, { method: 'POST', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const answer = (await response.json()) as Answer
  if (!fails) expect(response.status, `${call}: ${JSON.stringify(answer)}`).toBe(200)
  return answer
}

/** Where the account's messages go. */
export const callback = (account: AccountName): string => `/callback${account === 'default' ? '' : `/${account}`}`

/** Runs a command of the sandbox for a user, such as `say 你好`; returns what the user sees. */
export async function user(account: AccountName, openid: string, ...command: string[]): Promise<string> {
  const { stdout } = await run(SANDBOX, ['--vars', world.variables, '--to', `${world.url}${callback(account)}`, '--sandbox-port', String(world.sandboxPort), '--openid', openid, ...command])
  return stdout
}

let people = 0
/** A user whom no other test knows. */
export const somebody = (): string => `oTEST${String(process.pid).padStart(7, '0')}${String(++people).padStart(4, '0')}${'x'.repeat(12)}`

interface WeChatCall { method: string; path: string; body: string }
/** What WeChat was asked, the newest last. */
export async function wechatCalls(path: string): Promise<WeChatCall[]> {
  const calls = (await (await fetch(`${world.sandbox}/sandbox/calls`)).json()) as WeChatCall[]
  return calls.filter((call) => call.path === path)
}

/** The customer-service messages that a user has got. */
export async function got(openid: string): Promise<Record<string, unknown>[]> {
  return (await wechatCalls('/cgi-bin/message/custom/send')).map((call) => JSON.parse(call.body) as Record<string, unknown>).filter((message) => message['touser'] === openid)
}

/** Makes WeChat misbehave; `heal` ends it. */
export async function wechat(order: 'fail' | 'heal' | 'expire-tokens' | 'advance', body: unknown = {}): Promise<void> {
  const answer = (await (await fetch(`${world.sandbox}/sandbox/${order}`, { method: 'POST', body: JSON.stringify(body) })).json()) as Record<string, unknown>
  expect(answer).toEqual({ done: true })
}

/** Waits until WeChat is asked for a token again: a refusal is remembered for 20 seconds. */
export async function tokenWorks(account: AccountName): Promise<void> {
  await eventually(async () => {
    const { checks } = await api<{ checks: { name: string; ok: boolean }[] }>('account/check', {}, { account })
    return checks.find(({ name }) => name === 'access_token')?.ok
  }, 40_000).toBe(true)
}

/** A verification of the server address as WeChat sends it, with a mistake if one is given. */
export async function verify(account: AccountName, { token = world.token, skew = 0 }: { token?: string; skew?: number } = {}): Promise<Response> {
  const [timestamp, nonce, echostr] = [String(Math.floor(Date.now() / 1000) + skew), '42', 'echo']
  const signature = createHash('sha1').update([token, timestamp, nonce].sort().join('')).digest('hex')
  return fetch(`${world.url}${callback(account)}?${new URLSearchParams({ signature, timestamp, nonce, echostr })}`)
}

export async function cron(): Promise<void> {
  const outcome = (await (await fetch(`${world.url}/cdn-cgi/handler/scheduled?format=json`)).json()) as { outcome: string }
  expect(outcome.outcome).toBe('ok')
}

/** Fails if the page breaks a rule of accessibility. */
export async function accessible(page: Page): Promise<void> {
  await page.locator('h1, [role=dialog], dialog[open]').first().waitFor({ state: 'attached' })
  // The colours in the middle of a transition are not those that are read.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity).map((each) => each.finished)))
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')} ${nodes[0]?.any[0]?.message ?? ''}`)).toEqual([])
}

/** Answers one call of the page as the worker would in trouble that cannot be made on demand. */
export async function answers(page: Page, call: string, status: number, code: string, more: Record<string, unknown> = {}): Promise<void> {
  await page.route(`**/api/${call}?*`, (route) => route.fulfill({ status, json: { error: { code, message: `a ${code} of the test`, request_id: 'req-of-the-test', ...more } } }))
}

/** Presses Tab until the element has the focus. Fails if it cannot be reached. */
export async function tabTo(page: Page, selector: string, most = 60): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    await page.keyboard.press('Tab')
    if (await page.locator(selector).first().evaluate((element) => element === document.activeElement).catch(() => false)) return
  }
  expect.fail(`${selector} cannot be reached with Tab`)
}

/** The calls of the API that a page with an installed clock makes in so many seconds. */
export async function callsIn(page: Page, seconds: number): Promise<string[]> {
  const calls: string[] = []
  const unanswered = new Set<Request>()
  const begun = (request: Request): void => {
    const name = /\/api\/([\w/]+)/.exec(request.url())?.[1]
    if (name === undefined) return
    calls.push(name)
    unanswered.add(request)
  }
  const ended = (request: Request): void => void unanswered.delete(request)
  page.on('request', begun).on('requestfinished', ended).on('requestfailed', ended)
  for (let step = 0; step < seconds; step += 1) {
    await page.clock.runFor(1000)
    // Each second is answered before the next begins, as in real time.
    await expect.poll(() => unanswered.size, { interval: 10 }).toBe(0)
    await page.evaluate(() => undefined)
  }
  page.off('request', begun).off('requestfinished', ended).off('requestfailed', ended)
  return calls
}

/** What could run or load something, in every field that a user writes. */
export const HOSTILE = '<img src=x onerror="reported(\'HTML\')"><script>reported("script")</script><a href="javascript:reported(1)">javascript:</a>'

/** Waits until the condition holds. */
export const eventually = (what: () => unknown, timeout = 10_000) => expect.poll(what, { timeout, interval: 100 })
