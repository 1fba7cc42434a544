// On a terminal: the questions, their interruption, and the sign-in to Cloudflare in a browser.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'

import { en } from '../../package/src/texts/en.js'
import { certificates } from './relay/wechat.js'
import { APP_ID, APP_SECRET, cloudflare, folder, until } from './world.js'

const CTRL_C = '\x03'
const ACCESS_TOKEN = 'access-token-of-the-test'
/** @type {[string, string][]} each question and its answer */
const QUESTIONS = [
  [en.askName, 'shop'],
  [en.askDomain, 'wx.example.com'],
  [en.askPlan, ''],
  [en.askAppId, APP_ID],
  [en.askAppSecret, APP_SECRET],
]

test('Ctrl-C at any question writes nothing', { concurrency: 2 }, async (t) => {
  await Promise.all(QUESTIONS.map(([question], index) => t.test(question, async (step) => {
    const here = folder(step)
    const run = here.onTerminal(['init'])
    await answer(run, QUESTIONS.slice(0, index))
    await until(async () => run.said().includes(question), question)
    run.type(CTRL_C)
    const { code, output } = await run.end()
    assert.equal(code, 1)
    assert.match(output, new RegExp(`${en.stopped}\\s*$`))
    for (const file of ['wrangler.jsonc', '.secrets.json', '.gitignore']) assert.throws(() => here.read(file), { code: 'ENOENT' })
  })))
})

test('all questions are answered, and the AppSecret is not shown', async (t) => {
  const here = folder(t)
  const run = here.onTerminal(['init'])
  await answer(run, QUESTIONS)
  const { code, output } = await run.end()
  assert.equal(code, 0, output)
  assert.ok(output.includes(en.deployNext), output)
  for (const secret of Object.entries(here.secrets())) {
    if (secret[0] !== 'WECHAT_APP_ID') assert.ok(!output.includes(secret[1]), secret[0])
  }
})

test('without a token, a browser opens, and the deployment goes on', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const authority = await signInPage(t, here)
  // As a desktop has it: it opens a link in the browser of the operator, who allows.
  here.write('bin/xdg-open', `#!/bin/sh\nexec '${process.execPath}' --eval 'fetch(process.argv[1])' "$1"\n`)
  chmodSync(join(here.path, 'bin', 'xdg-open'), 0o700)
  const env = { ...authority, DISPLAY: ':0', PATH: `${here.path}/bin:${process.env.PATH}` }
  const run = here.onTerminal(['deploy', '--dry-run'], { CLOUDFLARE_API_BASE_URL: api.base, CLOUDFLARE_API_TOKEN: '', ...env })
  const { code, output } = await run.end()
  assert.equal(code, 0, output)
  for (const text of [en.signingIn.split('\n')[0] ?? '?', en.rehearsed]) assert.ok(output.includes(text), output)
  assert.ok(!output.includes(ACCESS_TOKEN), output)
})

test('where no browser can open, a code is shown, and the deployment goes on', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const env = { ...(await signInPage(t, here)), CLOUDFLARE_API_BASE_URL: api.base, CLOUDFLARE_API_TOKEN: '' }
  const { code, output } = await here.onTerminal(['deploy', '--dry-run'], env).end()
  assert.equal(code, 0, output)
  for (const text of [en.signingInElsewhere, 'ABCD-EFGH', en.rehearsed]) assert.ok(output.includes(text), output)
  assert.ok(!output.includes(ACCESS_TOKEN), output)
})

/**
 * @param {ReturnType<import('./world.js').Folder['onTerminal']>} run
 * @param {[string, string][]} answers
 */
async function answer(run, answers) {
  for (const [question, text] of answers) {
    await until(async () => run.said().includes(question), question)
    run.type(`${text}\r`)
  }
}

/**
 * Cloudflare's page on which an operator allows wrangler, and the token that wrangler gets for it. Returns the environment that
 * leads wrangler there.
 *
 * @param {import('node:test').TestContext} t
 * @param {import('./world.js').Folder} here
 */
async function signInPage(t, here) {
  const tls = join(here.home, 'tls')
  mkdirSync(tls)
  certificates(tls)
  const [cert, key] = ['localhost.pem', 'localhost.key'].map((name) => readFileSync(join(tls, name)))
  const server = createServer({ cert, key }, (request, response) => {
    const { host = '' } = request.headers
    const { pathname, searchParams } = new URL(request.url ?? '', `https://${host}`)
    if (pathname === '/oauth2/auth') {
      const back = new URL(searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', 'code')
      back.searchParams.set('state', searchParams.get('state') ?? '')
      response.writeHead(302, { location: back.href }).end()
      return
    }
    const grant = { access_token: ACCESS_TOKEN, expires_in: 3600, refresh_token: 'refresh', scope: 'account:read' }
    const device = { device_code: 'device', user_code: 'ABCD-EFGH', verification_uri: `https://${host}/device`, expires_in: 60 }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(pathname === '/oauth2/token' ? grant : device))
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const domain = `localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`
  return { NODE_EXTRA_CA_CERTS: join(tls, 'ca.pem'), WRANGLER_AUTH_DOMAIN: domain }
}
