// What can be between the operator and the worker.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { en } from '../src/texts/en.js'
import { Worker } from '../src/worker.js'
import { serve } from './server.js'

const KEY = 'the-root-api-key'

test('an answer that is not of the worker is explained, whichever call gets it', async (t) => {
  /** @type {[number, Record<string, string>, string, keyof typeof en.obstacles][]} */
  const cases = [
    [403, { 'cf-mitigated': 'challenge' }, '<title>Just a moment...</title>', 'challenged'],
    [503, { 'cf-mitigated': 'challenge' }, '', 'challenged'],
    [403, { server: 'cloudflare' }, '<title>Attention Required! | Cloudflare</title>', 'challenged'],
    [200, {}, '<h1>It works!</h1>', 'foreign'],
    [200, {}, '[]', 'foreign'],
    [302, { location: 'https://example.com' }, '', 'foreign'],
    [530, { server: 'cloudflare' }, 'error code: 1016', 'foreign'],
  ]
  let [status, headers, body] = [0, {}, '']
  const url = await serve(t, (_, response) => response.writeHead(status, headers).end(body))
  const worker = new Worker(url, en)
  for (const [sentStatus, sentHeaders, sentBody, obstacle] of cases) {
    [status, headers, body] = [sentStatus, sentHeaders, sentBody]
    assert.deepEqual(await worker.health(), { obstacle, says: `HTTP ${status}` }, sentBody)
    await assert.rejects(worker.call('account/check', KEY), { message: en.obstacles[obstacle](url, `HTTP ${status}`) })
  }
})

test('a server without TLS or without a valid certificate is told apart from none', async (t) => {
  const url = (await serve(t, () => undefined)).replace('http:', 'https:')
  const answer = await new Worker(url, en).health()
  assert.equal('obstacle' in answer && answer.obstacle, 'untrusted')
})

test('what the worker refuses is explained', async (t) => {
  let [status, body] = [401, '{"error": {"message": "no"}}']
  const url = await serve(t, (_, response) => response.writeHead(status).end(body))
  const worker = new Worker(url, en)
  await assert.rejects(worker.call('account/check', KEY), { message: en.wrongRootKey });
  [status, body] = [503, '{"error": {"message": "D1 does not answer"}}']
  await assert.rejects(worker.call('account/check', KEY), { message: en.callFailed('account/check', 'D1 does not answer') });
  [status, body] = [500, '{}']
  await assert.rejects(worker.call('account/check', KEY), { message: en.callFailed('account/check', 'HTTP 500') })
})
