// What Cloudflare refuses: each refusal says what to do, and the next run finishes.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parse } from 'jsonc-parser'

import { en } from '../../package/src/texts/en.js'
import { cloudflare, folder } from './world.js'

/** @typedef {import('./world.js').Cloudflare} Cloudflare */

const API = '/accounts/acc'

test('a wrong token and one without permission', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  for (const token of ['wrong', 'reader']) {
    const { code, output } = await here.runWith(api, ['deploy'], { CLOUDFLARE_API_TOKEN: token })
    assert.equal(code, 1, output)
    assert.ok(output.includes(en.cloudflare.noPermission), output)
  }
  const none = await here.runWith(api, ['deploy'], { CLOUDFLARE_API_TOKEN: '' })
  assert.equal(none.code, 1)
  assert.ok(none.output.includes(en.cloudflare.notSignedIn), none.output)
  await finishes(api, here)
})

test('no network', async (t) => {
  const here = folder(t)
  await here.init()
  const { code, output } = await here.run(['deploy'], { CLOUDFLARE_API_BASE_URL: 'http://127.0.0.1:1/client/v4' })
  assert.equal(code, 1)
  assert.ok(output.includes(en.cloudflare.noNetwork), output)
})

test('a name that is taken, unless it is to be taken over', async (t) => {
  const [api, theirs, ours] = [await cloudflare(t), folder(t), folder(t)]
  await theirs.init()
  await finishes(api, theirs)
  await ours.init()
  const { code, output } = await ours.runWith(api, ['deploy'])
  assert.equal(code, 1)
  assert.ok(output.includes(en.nameTaken('shop')), output)
  assert.deepEqual((await api.state()).workers.shop.secrets, theirs.secrets())

  const adopted = await ours.runWith(api, ['deploy', '--adopt'])
  assert.equal(adopted.code, 0, adopted.output)
  const { databases, workers } = await api.state()
  assert.equal(databases.length, 1)
  assert.deepEqual(workers.shop.secrets, ours.secrets())
})

test('a database and a namespace that an earlier run made are used', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const create = (/** @type {string} */ path, /** @type {object} */ body) =>
    fetch(`${api.base}${API}${path}`, { method: 'POST', headers: { authorization: 'Bearer x' }, body: JSON.stringify(body) })
  await create('/d1/database', { name: 'shop-db' })
  await create('/storage/kv/namespaces', { title: 'shop-kv' })
  await finishes(api, here)
  const { databases, namespaces } = await api.state()
  assert.deepEqual([databases.length, namespaces.length], [1, 1])
})

test('a refusal at any step is explained, and the next run finishes', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const refuse = (/** @type {string} */ call, /** @type {number} */ status, /** @type {number} */ code, message = 'no') => ({
    refuse: { call, status, code, message },
  })
  const script = `PUT ${API}/workers/scripts/shop`
  /** @type {[import('./world.js').Json, string][]} */
  const refusals = [
    [{ page: { call: `GET ${API}/d1`, status: 403 } }, en.cloudflare.notCloudflare],
    [refuse(`POST ${API}/d1/database`, 400, 7406, 'too many databases'), en.cloudflare.tooManyDatabases],
    [refuse(`POST ${API}/storage/kv`, 400, 10014, 'a namespace with this account ID and title already exists'), en.cloudflare.namespaceTaken],
    [{ page: { call: '/query', status: 403 } }, en.cloudflare.notCloudflare],
    [refuse('/query', 429, 971), en.cloudflare.tooManyCalls],
    [refuse(script, 403, 10034, 'verify your email'), en.cloudflare.emailUnverified],
    [{ cut: script }, en.cloudflare.noNetwork],
    [refuse(`${script}/domains`, 409, 100117, 'Hostname already has externally managed DNS records'), en.cloudflare.domainTaken],
    [refuse(`${script}/schedules`, 400, 10072, 'too many cron triggers'), en.cloudflare.tooManyCrons],
  ]
  for (const [fault, text] of refusals) {
    await api.order(fault)
    const outcome = await here.runWith(api, ['deploy'])
    const what = `${JSON.stringify(fault)}\n${outcome.output}`
    assert.equal(outcome.code, 1, what)
    assert.ok(outcome.output.endsWith(`\n${text}\n`), what)
    assert.doesNotMatch(outcome.output, /\x1b|workers-sdk|    at /, what)
  }
  await api.order('none')
  await finishes(api, here)
})

test('a database that this account does not have', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  await finishes(api, here)
  const { d1_databases: [{ database_id: id }] } = parse(here.read('wrangler.jsonc'))
  here.write('wrangler.jsonc', here.read('wrangler.jsonc').replace(id, '00000000-0000-4000-8000-00000000dead'))
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 1)
  assert.ok(output.includes(en.cloudflare.databaseGone), output)
})

test('a domain that is not on Cloudflare, before anything is created', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init(['--domain', 'wx.elsewhere.test'])
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 1)
  assert.ok(output.includes(en.cloudflare.domainElsewhere), output)
  const { databases, namespaces } = await api.state()
  assert.deepEqual([databases, namespaces], [[], []])
})

test('another version of wrangler next to the package', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t, { copy: true })]
  await here.init()
  here.write('node_modules/mp-worker/node_modules/wrangler/package.json', '{"name": "wrangler", "version": "3.0.0"}')
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 1)
  assert.match(output, /needs wrangler 4\.164\.0, and 3\.0\.0/)
})

/**
 * @param {Cloudflare} api
 * @param {import('./world.js').Folder} here
 */
async function finishes(api, here) {
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)
}
