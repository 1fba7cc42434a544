// What Cloudflare's API can answer, and what the operator is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { CloudflareApi } from '../src/api.js'
import { Account } from '../src/cloudflare.js'
import { authenticate, hasBrowser } from '../src/credentials.js'
import { Failure } from '../src/failure.js'
import { en } from '../src/texts/en.js'
import { serve } from './server.js'

const { cloudflare } = en
const error = (/** @type {number} */ code, /** @type {string} */ message) => JSON.stringify({ success: false, errors: [{ code, message }] })

test('every kind of answer that is no success is explained', async (t) => {
  /** @type {[number, string, string][]} */
  const cases = [
    [401, error(10000, 'Authentication error'), cloudflare.noPermission],
    [403, error(9109, 'Invalid access token'), cloudflare.noPermission],
    [400, error(6003, 'Invalid request headers'), cloudflare.noPermission],
    [429, error(10429, 'slow down'), cloudflare.tooManyCalls],
    [429, '<html>slow down</html>', cloudflare.tooManyCalls],
    [500, error(10013, 'unknown'), cloudflare.outage],
    [502, '<!DOCTYPE html><title>Bad gateway</title>', cloudflare.outage],
    [403, '<!DOCTYPE html><title>Access denied</title>', cloudflare.notCloudflare],
    [200, '<!DOCTYPE html><title>Sign in to this network</title>', cloudflare.notCloudflare],
    [200, '', cloudflare.notCloudflare],
    [200, 'null', cloudflare.notCloudflare],
    [404, '[]', cloudflare.unknown],
    [400, error(1, 'something new'), cloudflare.unknown],
  ]
  let [status, body] = [0, '']
  const url = await serve(t, (_, response) => response.writeHead(status).end(body))
  const api = new CloudflareApi(url, {}, en)
  for (const [sentStatus, sentBody, text] of cases) {
    [status, body] = [sentStatus, sentBody]
    await assert.rejects(api.get('/x'), { message: text }, `${status} ${body}`)
  }
})

test('a connection that ends early is no network', async (t) => {
  let byte = false
  const url = await serve(t, (_, response) => {
    if (byte) response.writeHead(200, { 'content-length': '100' }).write('{')
    setImmediate(() => response.destroy())
  })
  for (byte of [false, true]) await assert.rejects(new CloudflareApi(url, {}, en).get('/x'), { message: cloudflare.noNetwork })
})

test('what may not be looked up does not stop a deployment', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(403).end(error(10000, 'Authentication error')))
  const account = new Account(new CloudflareApi(url, {}, en), 'acc')
  assert.deepEqual(await account.zoneOf('wx.example.com'), { nameServers: [] })
  assert.deepEqual(await account.ownerOf('wx.example.com'), { isKnown: false })
})

test('a token that cannot be in a header is refused and not quoted', async () => {
  const wrangler = /** @type {any} */ ({ hide() {} })
  for (const token of ['hidden\nvalue', 'hidden-“value”', 'hidden value']) {
    const refused = authenticate({ wrangler, terminal: /** @type {any} */ ({}), texts: en }, { CLOUDFLARE_API_TOKEN: token })
    await assert.rejects(refused, new Failure(cloudflare.noPermission))
  }
})

test('where no browser can open, the sign-in uses a code', () => {
  assert.ok(hasBrowser({}, 'darwin') && hasBrowser({}, 'win32'))
  assert.ok(hasBrowser({ DISPLAY: ':0' }, 'linux') && hasBrowser({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux'))
  assert.ok(hasBrowser({ WSL_DISTRO_NAME: 'Ubuntu' }, 'linux'))
  assert.ok(!hasBrowser({}, 'linux'))
  assert.ok(!hasBrowser({ SSH_CONNECTION: '192.0.2.1 22', DISPLAY: ':10' }, 'linux') && !hasBrowser({ SSH_CONNECTION: 'x' }, 'darwin'))
})
