// From an empty folder to a deployed worker, with the real wrangler against the simulated Cloudflare.
import assert from 'node:assert/strict'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { parse } from 'jsonc-parser'

import { APP_ID, APP_SECRET, cloudflare, folder } from './world.js'

/** What changes something; the first upload is a `PUT`. */
const isChange = (/** @type {string} */ call) => !call.startsWith('GET ')

test('the database comes first, then its migrations, then the code with its secrets', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  await here.init()
  const { code, output } = await here.runWith(api, ['deploy'])
  assert.equal(code, 0, output)

  const { calls, databases, namespaces, workers } = await api.state()
  const changes = calls.filter(isChange).map((/** @type {string} */ call) => call.replace('/accounts/acc/', ''))
  const database = databases[0].uuid
  const expected = [
    'POST d1/database',
    'POST storage/kv/namespaces',
    `POST d1/database/${database}/query`,
    'POST workers/scripts/shop/assets-upload-session',
    'PUT workers/scripts/shop',
    'PUT workers/scripts/shop/domains/records',
  ]
  assert.deepEqual(inOrder(changes, expected), expected, changes.join('\n'))
  assert.ok(changes.lastIndexOf(`POST d1/database/${database}/query`) < changes.indexOf('PUT workers/scripts/shop'))

  assert.equal(databases.length, 1)
  assert.deepEqual([databases[0].name, databases[0].location], ['shop-db', 'apac'])
  assert.ok(databases[0].tables.includes('inbox'), databases[0].tables)
  assert.deepEqual(namespaces.map((/** @type {any} */ one) => one.title), ['shop-kv'])

  const { bindings, crons, domains, migration_tag: tag, secrets, uploads } = workers.shop
  assert.equal(uploads, 1)
  assert.deepEqual(secrets, here.secrets())
  assert.equal(tag, 'v3')
  assert.deepEqual(domains.map((/** @type {any} */ one) => one.hostname), ['wx.example.com'])
  assert.deepEqual(crons, [{ cron: '*/2 * * * *' }])
  const byName = Object.fromEntries(bindings.map((/** @type {any} */ one) => [one.name, one]))
  assert.equal(byName.DB.id ?? byName.DB.database_id, database)
  assert.equal(byName.KV.namespace_id, namespaces[0].id)
  assert.deepEqual([byName.PLAN.text, byName.DATABASE_LIMIT_MB.text], ['free', '500'])

  const config = parse(here.read('wrangler.jsonc'))
  assert.equal(config.d1_databases[0].database_id, database)
  assert.equal(config.kv_namespaces[0].id, namespaces[0].id)
})

test('init writes what deploy needs, for its owner alone, and asks nothing twice', async (t) => {
  const here = folder(t)
  await here.init()
  assert.equal(statSync(join(here.path, '.secrets.json')).mode & 0o777, 0o600)
  const { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, ...generated } = here.secrets()
  assert.deepEqual([appId, appSecret], [APP_ID, APP_SECRET])
  assert.deepEqual(Object.keys(generated).sort(), ['ROOT_API_KEY', 'SIGNING_KEY', 'WECHAT_ENCODING_AES_KEY', 'WECHAT_TOKEN'])
  assert.ok(here.read('.gitignore').split('\n').includes('.secrets.json'))

  const before = [here.read('.secrets.json'), here.read('wrangler.jsonc'), here.read('.gitignore')]
  const { code, output } = await here.run(['init'])
  assert.equal(code, 0, output)
  assert.deepEqual([here.read('.secrets.json'), here.read('wrangler.jsonc'), here.read('.gitignore')], before)
})

test('hostile answers are refused, and nothing is written', async (t) => {
  const here = folder(t)
  const answers = [
    ['--name', '../../evil'],
    ['--name', 'a", "main": "evil.js'],
    ['--domain', 'evil.workers.dev'],
    ['--domain', '127.0.0.1'],
    ['--domain', 'wx.example.com", "x": "'],
    ['--domain', `${'a.'.repeat(5000)}com`],
    ['--plan', 'enterprise'],
    ['--app-id', '$(touch evil)'],
  ]
  for (const [option = '', value = ''] of answers) {
    const good = { '--name': 'shop', '--domain': 'wx.example.com', '--plan': 'free', '--app-id': APP_ID, [option]: value }
    const { code, output } = await here.run(['init', ...Object.entries(good).flat()], { WECHAT_APP_SECRET: APP_SECRET })
    assert.equal(code, 1, value)
    assert.match(output, new RegExp(`^${option}: `), value)
    assert.throws(() => here.read('wrangler.jsonc'), { code: 'ENOENT' })
    assert.throws(() => here.read('.secrets.json'), { code: 'ENOENT' })
  }
  const missing = await here.run(['init', '--name', 'shop'])
  assert.equal(missing.code, 1)
  assert.match(missing.output, /--domain/)
})

test('a folder that cannot be written, and a .toml file, are named without a trace', async (t) => {
  const here = folder(t)
  mkdirSync(join(here.path, '.gitignore'))
  const args = ['init', '--name', 'shop', '--domain', 'wx.example.com', '--plan', 'free', '--app-id', APP_ID]
  const unwritable = await here.run(args, { WECHAT_APP_SECRET: APP_SECRET })
  assert.equal(unwritable.code, 1)
  assert.match(unwritable.output, /^The operating system reports: EISDIR: [^\n]*\n$/)
  here.write('wrangler.toml', 'name = "shop"\n')
  const toml = await here.run(['deploy', '--config', 'wrangler.toml'])
  assert.equal(toml.code, 1)
  assert.match(toml.output, /^Only a checkout of the source[^\n]*\n$/)
})

test('the four values are printed when they are asked for', async (t) => {
  const here = folder(t)
  await here.init()
  const run = here.start(['values', '--lang', 'zh'])
  const { code, output } = await run.end()
  const { APP_SECRET: _, ROOT_API_KEY: root = '', WECHAT_APP_SECRET: appSecret = '', ...secrets } = here.secrets()
  assert.equal(code, 0, output)
  const expected = ['https://wx.example.com/callback', secrets.WECHAT_TOKEN ?? '?', secrets.WECHAT_ENCODING_AES_KEY ?? '?', '安全模式']
  for (const value of expected) assert.ok(output.includes(value), output)
  for (const value of [root, appSecret, secrets.SIGNING_KEY ?? '?']) assert.ok(!output.includes(value))
})

test('a rehearsal changes nothing', async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  const unprepared = await here.runWith(api, ['deploy', '--dry-run'])
  assert.equal(unprepared.code, 1)
  assert.match(unprepared.output, /mp-worker init/)
  await here.init()
  const before = here.read('wrangler.jsonc')
  const { code, output } = await here.runWith(api, ['deploy', '--dry-run'])
  assert.equal(code, 0, output)
  assert.match(output, /Would create the D1 database shop-db[^]*Would upload the worker, with the secrets .*WECHAT_TOKEN[^]*Nothing was changed/)
  const { calls } = await api.state()
  assert.deepEqual(calls.filter(isChange), [])
  assert.equal(here.read('wrangler.jsonc'), before)
})

test('a second account has its own worker, database and namespace', async (t) => {
  const [api, shop, cafe] = [await cloudflare(t), folder(t), folder(t, { name: 'cafe' })]
  await shop.init()
  await cafe.init(['--name', 'cafe', '--domain', 'cafe.example.com'])
  for (const here of [shop, cafe]) {
    const { code, output } = await here.runWith(api, ['deploy'])
    assert.equal(code, 0, output)
  }
  const { databases, namespaces, workers } = await api.state()
  assert.deepEqual(databases.map((/** @type {any} */ one) => one.name), ['shop-db', 'cafe-db'])
  assert.deepEqual(namespaces.map((/** @type {any} */ one) => one.title), ['shop-kv', 'cafe-kv'])
  assert.deepEqual(workers.shop.secrets, shop.secrets())
  assert.deepEqual(workers.cafe.secrets, cafe.secrets())
  assert.notEqual(shop.secrets().ROOT_API_KEY, cafe.secrets().ROOT_API_KEY)
})

/**
 * The expected ones that are there, each after the one before.
 *
 * @param {string[]} calls
 * @param {string[]} expected
 */
function inOrder(calls, expected) {
  let from = 0
  return expected.filter((wanted) => {
    const index = calls.indexOf(wanted, from)
    from = index === -1 ? from : index + 1
    return index !== -1
  })
}
