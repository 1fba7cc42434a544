// The worker on this machine: from the tarball, without a Rust toolchain, with the sandbox as WeChat.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { promisify } from 'node:util'

import { en } from '../../package/src/texts/en.js'
import { APP_ID, APP_SECRET, SANDBOX, folder, freePort, startSandbox, until } from './world.js'

const run = promisify(execFile)

test('a message is answered, the console is signed in to once, and the doctor says what is wrong', async (t) => {
  const here = folder(t)
  const [port, wechatPort] = [await freePort(), await freePort()]
  const worker = `http://127.0.0.1:${port}`
  const dev = here.start(['dev', '--port', String(port)], {
    WECHAT_APP_ID: APP_ID,
    WECHAT_APP_SECRET: APP_SECRET,
    WECHAT_API_BASE: `http://127.0.0.1:${wechatPort}`,
  })
  t.after(() => dev.kill())
  const ticket = await until(async () => /#\/sign-in\?ticket=(\S+)/.exec(dev.said())?.[1], 'the start')
  assert.ok(!dev.said().includes(APP_SECRET))

  const secrets = JSON.parse(here.read('.wrangler/mp-worker/.secrets.json'))
  const account = { ...secrets, WECHAT_ORIGINAL_ID: 'gh_0a1b2c3d4e5f' }
  here.write('sandbox/.secrets.env', variables(account))
  here.write('other/.secrets.env', variables({ ...account, WECHAT_TOKEN: 'another' }))
  const sandbox = ['--vars', `${here.path}/sandbox/.secrets.env`, '--sandbox-port', String(wechatPort)]
  await startSandbox(t, [...sandbox, 'serve', '--port', String(wechatPort)])

  const said = await run(SANDBOX, [...sandbox, '--to', `${worker}/callback`, 'say', '帮助'])
  assert.match(said.stdout, /← text, encrypted\n\s+可以这样问我/)

  await opensInBrowser(t, `${worker}/console/#/sign-in?ticket=${ticket}`)
  const again = await fetch(`${worker}/api/session/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: worker, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ ticket: decodeURIComponent(ticket) }),
  })
  assert.equal(again.status, 401)

  const verified = run(SANDBOX, ['--vars', `${here.path}/other/.secrets.env`, '--to', `${worker}/callback`, 'verify'])
  await assert.rejects(verified)
  await here.init()
  const doctor = () => here.run(['doctor', '--url', worker], { ROOT_API_KEY: secrets.ROOT_API_KEY })
  // The worker remembers a refusal for a while, so that there is one; the tests of ofCheck() have the others.
  await run(SANDBOX, [...sandbox, 'fail', '--calls', '50', '--path', '/cgi-bin/stable_token', '--errcode', '40125'])
  const wrongSecret = await doctor()
  assert.equal(wrongSecret.code, 1)
  assert.ok(wrongSecret.output.includes(en.wrongAppSecret), wrongSecret.output)
  assert.ok(wrongSecret.output.includes(en.tokenDiffers), wrongSecret.output)
  const chinese = await here.run(['doctor', '--url', worker, '--lang', 'zh'], { ROOT_API_KEY: secrets.ROOT_API_KEY })
  // Apart from names, the Chinese doctor says nothing in English but what WeChat said.
  const [, ...lines] = chinese.output.split('\n').filter((line) => line && !line.includes('access_token'))
  for (const line of lines) assert.match(line, /^[✓✗!] .*\p{Script=Han}/u)

  const wrongKey = await here.run(['doctor', '--url', worker], { ROOT_API_KEY: 'x'.repeat(32) })
  assert.equal(wrongKey.code, 1)
  assert.ok(wrongKey.output.includes(en.wrongRootKey), wrongKey.output)

  const linked = here.start(['console', '--url', worker], { ROOT_API_KEY: secrets.ROOT_API_KEY })
  assert.match((await linked.end()).output, /\/console\/#\/sign-in\?ticket=/)
})

test('a port that is taken is named', async (t) => {
  const here = folder(t)
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const { code, output } = await here.run(['dev', '--port', String(port)])
  assert.equal(code, 1)
  assert.ok(output.includes(en.portTaken(port)), output)
})

/**
 * Opens the link in Chromium, which is then signed in.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} link
 */
async function opensInBrowser(t, link) {
  // TypeScript, which Node.js reads as it is.
  const { launch } = await import(new URL('../../console/e2e/browser.ts', import.meta.url).href)
  const browser = await launch()
  t.after(() => browser.close())
  const page = await browser.newPage()
  /** @type {unknown[]} */
  const errors = []
  page.on('pageerror', (/** @type {unknown} */ error) => errors.push(error))
  await page.goto(link)
  await page.getByRole('navigation').first().waitFor()
  assert.ok(!page.url().includes('ticket'), page.url())
  assert.deepEqual(errors, [])
}

/** @param {Record<string, string>} account */
function variables(account) {
  return Object.entries(account)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('')
}
