// On a terminal: the questions, their interruption, and the sign-in to Cloudflare in a browser.
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'

import { en } from '../../package/src/texts/en.js'
import { APP_ID, APP_SECRET, cloudflare, folder, until } from './world.js'

const CTRL_C = '\x03'
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
  const [api, here, authority] = [await cloudflare(t), folder(t), await signInPage(t)]
  await here.init()
  // As a desktop has it: it opens a link in the browser of the operator, who allows.
  here.write('bin/xdg-open', `#!/bin/sh\nexec '${process.execPath}' --eval 'fetch(process.argv[1])' "$1"\n`)
  chmodSync(join(here.path, 'bin', 'xdg-open'), 0o700)
  const run = here.onTerminal(['deploy', '--no-open', '--dry-run'], {
    CLOUDFLARE_API_BASE_URL: api.base,
    CLOUDFLARE_API_TOKEN: '',
    DISPLAY: ':0',
    PATH: `${here.path}/bin:${process.env.PATH}`,
    WRANGLER_AUTH_URL: `${authority}/oauth2/auth`,
    WRANGLER_TOKEN_URL: `${authority}/oauth2/token`,
  })
  const { code, output } = await run.end()
  assert.equal(code, 0, output)
  assert.ok(output.includes(en.signingIn.split('\n')[0] ?? '?'), output)
  assert.ok(output.includes(en.rehearsed), output)
  assert.ok(!output.includes('access-token-of-the-test'), output)
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
 * Cloudflare's page on which an operator allows wrangler, and the token that wrangler gets for it.
 *
 * @param {import('node:test').TestContext} t
 */
async function signInPage(t) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (pathname === '/oauth2/token') {
      const grant = { access_token: 'access-token-of-the-test', expires_in: 3600, refresh_token: 'refresh', scope: searchParams.get('scope') ?? '' }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(grant))
      return
    }
    const back = new URL(searchParams.get('redirect_uri') ?? '')
    back.searchParams.set('code', 'code')
    back.searchParams.set('state', searchParams.get('state') ?? '')
    response.writeHead(302, { location: back.href }).end()
  }).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`
}
