// A domain that belongs to another Worker is taken away only if the operator says so.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { en } from '../../package/src/texts/en.js'
import { cloudflare, folder, until } from './world.js'

/** @typedef {import('./world.js').Cloudflare} Cloudflare */

const DOMAIN = 'wx.example.com'
const IN_USE = en.domainInUse(DOMAIN, 'shop-before')

test('without a terminal, --replace-domain says so', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  await occupy(api)
  const refused = await here.runWith(api, ['deploy'])
  assert.equal(refused.code, 1)
  assert.equal(refused.output, `${IN_USE} ${en.replaceDomain}\n`)
  const rehearsed = await here.runWith(api, ['deploy', '--dry-run'])
  assert.equal(rehearsed.code, 0, rehearsed.output)
  assert.ok(rehearsed.output.startsWith(IN_USE), rehearsed.output)
  const { databases, namespaces, workers } = await api.state()
  assert.deepEqual([databases, namespaces, Object.keys(workers)], [[], [], ['shop-before']])

  const replaced = await here.runWith(api, ['deploy', '--replace-domain'])
  assert.equal(replaced.code, 0, replaced.output)
  assert.deepEqual(hostnames((await api.state()).workers.shop), [DOMAIN])
})

test('on a terminal it is asked, and no is the default', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  await occupy(api)
  const run = here.onTerminal(['deploy'], { CLOUDFLARE_API_BASE_URL: api.base })
  await until(async () => run.said().includes(en.askReplaceDomain), 'the question')
  run.type('\r')
  const { code, output } = await run.end()
  assert.equal(code, 1)
  assert.ok(output.includes(IN_USE) && output.includes(en.domainKept), output)
  assert.deepEqual((await api.state()).databases, [])
})

/**
 * Makes a Worker that has the domain.
 *
 * @param {Cloudflare} api
 */
async function occupy(api) {
  const script = `${api.base}/accounts/acc/workers/scripts/shop-before`
  const headers = { authorization: 'Bearer x' }
  await fetch(script, { method: 'PUT', headers, body: '' })
  await fetch(`${script}/domains/records`, { method: 'PUT', headers, body: JSON.stringify({ origins: [{ hostname: DOMAIN }] }) })
}

/** @param {any} worker */
function hostnames(worker) {
  return worker.domains.map((/** @type {any} */ one) => one.hostname)
}
