// What stands between the operator and the worker.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'

import { en } from '../../package/src/texts/en.js'
import { cloudflare, folder, freePort } from './world.js'

const ROOT_API_KEY = 'root-api-key-of-the-test-and-long-enough'

test('bot protection, another service and a domain without a worker are told apart', async (t) => {
  const here = folder(t)
  await here.init()
  const challenge = await serve(t, 403, { 'cf-mitigated': 'challenge' }, '<title>Just a moment...</title>')
  const other = await serve(t, 200, {}, '<h1>It works!</h1>')
  const nothing = `http://127.0.0.1:${await freePort()}`
  /** @type {[string, string][]} */
  const cases = [
    [challenge, en.obstacles.challenged(challenge, 'HTTP 403')],
    [other, en.obstacles.foreign(other, 'HTTP 200')],
    [nothing, en.obstacles.unreachable(nothing, 'ECONNREFUSED')],
  ]
  for (const [url, text] of cases) {
    const { code, output } = await here.run(['doctor', '--url', url], { ROOT_API_KEY })
    assert.equal(code, 1)
    assert.ok(output.includes(text), output)
  }
})

test('a key is not sent in the clear', async (t) => {
  const here = folder(t)
  await here.init()
  for (const url of ['http://wx.example.com', 'https://user:password@wx.example.com', 'file:///etc/passwd', 'wx.example.com']) {
    const { code, output } = await here.run(['doctor', '--url', url], { ROOT_API_KEY })
    assert.equal(code, 1)
    assert.ok(output.includes(en.invalidUrl), output)
  }
})

test('an older package does not replace a newer worker', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)
  const newer = await serve(t, 200, {}, JSON.stringify({ status: 'ok', version: '99.0.0', problems: [], notes: [] }))
  const refused = await here.runWith(api, ['upgrade', '--url', newer])
  assert.equal(refused.code, 1)
  assert.match(refused.output, /has version 99\.0\.0/)
  assert.equal((await api.state()).workers.shop.uploads, 1)
})

/**
 * A server that always answers the same, and its URL.
 *
 * @param {import('node:test').TestContext} t
 * @param {number} status
 * @param {Record<string, string>} headers
 * @param {string} body
 */
async function serve(t, status, headers, body) {
  const server = createServer((_, response) => response.writeHead(status, headers).end(body)).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return `http://127.0.0.1:${port}`
}
