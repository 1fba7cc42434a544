// A newer package: its migration runs before its code, and code whose migration fails is not uploaded.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parse } from 'jsonc-parser'

import { en } from '../../package/src/texts/en.js'
import { cloudflare, folder } from './world.js'

const MIGRATION = 'node_modules/mp-worker/migrations/9999_newer.sql'

test('the migration comes before the code, and is applied once', async (t) => {
  const { api, here } = await deployed(t)
  here.write(MIGRATION, 'CREATE TABLE newer (id INTEGER PRIMARY KEY);')
  const before = (await api.state()).calls.length
  const { code, output } = await here.runWith(api, ['upgrade'])
  assert.equal(code, 0, output)
  const { calls, databases, workers } = await api.state()
  const since = calls.slice(before)
  const [query, upload] = [since.findLastIndex(isQuery), since.findIndex(isUpload)]
  assert.ok(query !== -1 && upload !== -1 && query < upload, since.join('\n'))
  assert.ok(databases[0].tables.includes('newer'))
  assert.deepEqual([databases.length, workers.shop.uploads], [1, 2])
  assert.deepEqual(workers.shop.secrets, here.secrets())

  const again = await here.runWith(api, ['upgrade'])
  assert.equal(again.code, 0, again.output)
  // Nothing is left to do in WeChat's console.
  assert.ok(again.output.endsWith(`${en.uploaded}\n${en.checkNext}\n`), again.output)
})

test('where the migration fails, the old code keeps running and the database is as it was', async (t) => {
  const { api, here } = await deployed(t)
  const before = await api.state()
  here.write(MIGRATION, 'CREATE TABLE newer (id INTEGER PRIMARY KEY); INSERT INTO missing VALUES (1);')
  const { code, output } = await here.runWith(api, ['upgrade'])
  assert.equal(code, 1)
  assert.match(output, /no such table: missing[^]*The new version was not uploaded/)
  const after = await api.state()
  assert.deepEqual(after.workers, before.workers)
  assert.deepEqual(after.databases, before.databases)

  here.write(MIGRATION, 'CREATE TABLE newer (id INTEGER PRIMARY KEY);')
  const fixed = await here.runWith(api, ['upgrade'])
  assert.equal(fixed.code, 0, fixed.output)
  assert.equal((await api.state()).workers.shop.uploads, 2)
})

test("what a newer package's configuration has is taken over, and what is the operator's stays", async (t) => {
  const { api, here } = await deployed(t)
  here.write('wrangler.jsonc', here.read('wrangler.jsonc').replace('"PLAN": "free"', '"PLAN": "paid", // since March\n    "RETENTION_DAYS": "30"'))
  const template = 'node_modules/mp-worker/template/wrangler.jsonc'
  here.write(template, here.read(template).replace('"*/2 * * * *"', '"*/2 * * * *", "0 0 * * *"'))
  const { code, output } = await here.runWith(api, ['upgrade'])
  assert.equal(code, 0, output)
  const { crons, bindings } = (await api.state()).workers.shop
  assert.deepEqual(crons, [{ cron: '*/2 * * * *' }, { cron: '0 0 * * *' }])
  const text = (/** @type {string} */ name) => bindings.find((/** @type {any} */ one) => one.name === name)?.text
  assert.deepEqual([text('PLAN'), text('RETENTION_DAYS')], ['paid', '30'])
  assert.match(here.read('wrangler.jsonc'), /\/\/ since March/)
  assert.equal(parse(here.read('wrangler.jsonc')).vars.RETENTION_DAYS, '30')
})

test('without the secrets file, the secrets on Cloudflare stay', async (t) => {
  const { api, here } = await deployed(t)
  const secrets = here.secrets()
  here.write('.secrets.json', '{}')
  const { code, output } = await here.runWith(api, ['upgrade'])
  assert.equal(code, 0, output)
  assert.deepEqual((await api.state()).workers.shop.secrets, secrets)
})

test('there is nothing to upgrade before the first deployment', async (t) => {
  const here = folder(t)
  await here.init()
  const { code, output } = await here.run(['upgrade'])
  assert.equal(code, 1)
  assert.match(output, /mp-worker deploy/)
})

const isQuery = (/** @type {string} */ call) => /\/query$/.test(call)
const isUpload = (/** @type {string} */ call) => /^(PUT|POST) .*\/scripts\/shop(\/versions)?$/.test(call)

/** @param {import('node:test').TestContext} t */
async function deployed(t) {
  const [api, here] = [await cloudflare(t), folder(t, { copy: true })]
  await here.init()
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)
  return { api, here }
}
