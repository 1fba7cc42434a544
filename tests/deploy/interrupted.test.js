// A deployment that dies at any of its calls: the next run finishes it, with one of everything.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { cloudflare, folder, until } from './world.js'

test('killed at any call that changes something, the next run finishes', { concurrency: 2 }, async (t) => {
  const calls = await callsOfAFirstDeployment(t)
  const changes = calls.flatMap((call, index) => (call.startsWith('GET ') ? [] : [{ call, index }]))
  assert.ok(changes.length >= 6, calls.join('\n'))
  await Promise.all(changes.map(({ call, index }) => t.test(`${index}: ${call}`, (step) => dieAndFinish(step, index))))
})

/**
 * @param {import('node:test').TestContext} t
 * @returns {Promise<string[]>}
 */
async function callsOfAFirstDeployment(t) {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)
  return (await api.state()).calls
}

/**
 * @param {import('node:test').TestContext} t
 * @param {number} index of the call that is performed and never answered
 */
async function dieAndFinish(t, index) {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  await api.order({ hang_after: index })
  const run = here.start(['deploy'], { CLOUDFLARE_API_BASE_URL: api.base })
  await until(async () => (await api.state()).hangs, 'the call')
  const second = await here.runWith(api, ['deploy'])
  assert.equal(second.code, 1)
  assert.match(second.output, /^Another deployment of this folder is running/)
  await run.kill()

  await api.order('none')
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)
  const { databases, namespaces, workers } = await api.state()
  assert.equal(databases.length, 1)
  assert.equal(namespaces.length, 1)
  assert.ok(databases[0].tables.includes('inbox'))
  assert.deepEqual(workers.shop.secrets, here.secrets())
  assert.deepEqual(workers.shop.domains.map((/** @type {any} */ one) => one.hostname), ['wx.example.com'])
  assert.deepEqual(workers.shop.crons, [{ cron: '*/2 * * * *' }])
}
