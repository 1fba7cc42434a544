import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { parse } from 'jsonc-parser'
import { parse as parseToml } from 'smol-toml'

import { JsoncConfig } from '../src/config/jsonc.js'
import { TomlConfig } from '../src/config/toml.js'
import { Failure } from '../src/failure.js'
import { TEMPLATE } from '../src/package.js'
import { domainOf, nameOf } from '../src/site.js'
import { en } from '../src/texts/en.js'

/** Without what `make deploy` and its operator write. */
const PROJECT = readFileSync(new URL('../../wrangler.toml', import.meta.url), 'utf8').replace(
  /^(account_id|database_id|database_name|id) = .*\n/gm,
  '',
)
const template = JsoncConfig.read(TEMPLATE, en)

const OWN = `{
  // My worker.
  "name": "mine",
  "main": "node_modules/mp-worker/worker/index.js",
  "compatibility_date": "2026-01-01",
  "vars": { "RETENTION_DAYS": "30" }, // a month
  "d1_databases": [{ "binding": "OTHER" }, { "binding": "DB", "database_name": "mine-db", "database_id": "d" }],
  "kv_namespaces": [{ "binding": "KV", "id": "k" }],
  "ratelimits": [{ "name": "AUTH_LIMITER", "namespace_id": "7", "simple": { "limit": 5, "period": 60 } }],
}`

test("the package's configuration and the project's have the same bindings, classes, tags, date and triggers", () => {
  const packaged = parse(template.text)
  const { routes: _, vars: __, ...project } = /** @type {any} */ (parseToml(PROJECT))
  project.main = packaged.main
  project.assets.directory = packaged.assets.directory
  for (const database of project.d1_databases) {
    database.migrations_dir = packaged.d1_databases[0].migrations_dir
  }
  assert.deepEqual(packaged, JSON.parse(JSON.stringify(project)))
})

test('ids are written into what is there, and comments stay', () => {
  const config = new JsoncConfig('x', template.text, en)
  config.setDatabase('mp-worker-db', 'd')
  config.setNamespace('k')
  config.setDomain('wx.example.com')
  assert.deepEqual([config.databaseId, config.databaseName, config.namespaceId], ['d', 'mp-worker-db', 'k'])
  assert.equal(config.domain, 'wx.example.com')
  for (const comment of template.text.match(/\/\/ .*/g) ?? []) assert.ok(config.text.includes(comment), comment)
})

test('a value cannot become something else than a value', () => {
  const config = new JsoncConfig('x', template.text, en)
  config.setName('a", "main": "evil')
  assert.equal(config.name, 'a", "main": "evil')
  assert.equal(parse(config.text).main, parse(template.text).main)
})

test("a newer package brings what it needs and leaves what is the operator's", () => {
  const config = new JsoncConfig('x', OWN, en)
  config.adopt(template, '../node_modules/mp-worker')
  const value = parse(config.text)
  assert.equal(value.main, '../node_modules/mp-worker/worker/index.js')
  assert.equal(value.compatibility_date, parse(template.text).compatibility_date)
  assert.deepEqual(value.migrations, parse(template.text).migrations)
  assert.deepEqual(value.vars, { RETENTION_DAYS: '30' })
  assert.equal(value.d1_databases[1].migrations_dir, '../node_modules/mp-worker/migrations')
  assert.deepEqual([config.name, config.databaseId, config.namespaceId], ['mine', 'd', 'k'])
  const limits = Object.fromEntries(value.ratelimits.map((/** @type {any} */ one) => [one.name, one.simple.limit]))
  assert.deepEqual(limits, { AUTH_LIMITER: 5, GATEWAY_LIMITER: 600, SESSION_LIMITER: 30 })
  assert.match(config.text, /\/\/ My worker\.[^]*\/\/ a month/)
})

test('taking over the same again changes nothing', () => {
  const config = new JsoncConfig('x', OWN, en)
  config.adopt(template, 'node_modules/mp-worker')
  const { text } = config
  config.adopt(template, 'node_modules/mp-worker')
  assert.equal(config.text, text)
})

test("the project's wrangler.toml gets its ids, and nothing else changes", () => {
  const config = new TomlConfig('x', PROJECT, en)
  config.setDatabase('mp-worker-db', 'd')
  config.setNamespace('k')
  config.setAccount('a')
  assert.deepEqual([config.databaseId, config.databaseName, config.namespaceId, config.accountId], ['d', 'mp-worker-db', 'k', 'a'])
  const added = ['database_name = "mp-worker-db"', 'database_id = "d"', 'id = "k"', 'account_id = "a"']
  const left = config.text.split('\n').filter((line) => !added.includes(line))
  assert.equal(left.join('\n'), PROJECT)
})

test('bindings that were removed come back, and what was added stays', () => {
  for (const text of ['{"name": "mine"}', '{"name": "mine", "vars": null, "durable_objects": null, "migrations": "x", "routes": "x"}']) {
    const config = new JsoncConfig('x', text, en)
    config.adopt(template, 'node_modules/mp-worker')
    config.setDatabase('mine-db', 'd')
    config.setNamespace('k')
    const value = parse(config.text)
    assert.deepEqual([config.name, config.databaseId, config.namespaceId], ['mine', 'd', 'k'])
    assert.deepEqual(value.durable_objects, parse(template.text).durable_objects)
    assert.deepEqual(value.ratelimits, parse(template.text).ratelimits)
  }
})

test('a name or a domain that was written by hand is checked before it is used', () => {
  const config = (/** @type {object} */ value) => new JsoncConfig('x', JSON.stringify(value), en)
  assert.equal(nameOf(config({ name: 'shop' }), en), 'shop')
  for (const name of ['', '../shop', 'my shop', 'Shop', '公众号', '😀', 'a'.repeat(200), '--', '$(id)', 5]) {
    assert.throws(() => nameOf(config({ name }), en), new Failure(`x: "name": ${en.invalidName}`), String(name))
  }
  const route = (/** @type {string} */ pattern) => config({ routes: [{ pattern, custom_domain: true }] })
  assert.equal(domainOf(route('wx.example.com'), en), 'wx.example.com')
  assert.equal(domainOf(config({}), en), undefined)
  for (const pattern of ['wx.example.com:8443', 'a b', 'evil@example.com', '*.example.com', '../x', 'shop.workers.dev']) {
    assert.throws(() => domainOf(route(pattern), en), new Failure(`x: "routes": ${en.invalidDomain}`), pattern)
  }
})

test('a list that is none is named', () => {
  for (const [key, value] of [['d1_databases', '{"binding": "DB"}'], ['d1_databases', 'null'], ['kv_namespaces', '["KV"]'], ['ratelimits', '[[]]']]) {
    assert.throws(() => new JsoncConfig('x', `{"name": "a", "${key}": ${value}}`, en), new Failure(en.configNeedsList('x', key ?? '')))
  }
})

test('a file with a mistake is refused', () => {
  assert.throws(() => new JsoncConfig('x', '{"name": }', en), new Failure(en.configUnreadable('x', 1)))
  assert.throws(() => new JsoncConfig('x', '{\n"name": "a"\n"main": "b"\n}', en), new Failure(en.configUnreadable('x', 3)))
  assert.throws(() => new JsoncConfig('x', '[]', en), new Failure(en.configUnreadable('x')))
  assert.throws(() => new TomlConfig('x', 'a = 1\nname = ', en), new Failure(en.configUnreadable('x', 2)))
})
