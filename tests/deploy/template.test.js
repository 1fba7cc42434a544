// The repository of the Deploy button, built twice by a builder that keeps nothing.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { cloudflare, folder } from './world.js'

const TEMPLATE = new URL('../../package/template/', import.meta.url)
const read = (/** @type {string} */ name) => readFileSync(new URL(name, TEMPLATE), 'utf8')

test('each build migrates first, and finds what the earlier one made', async (t) => {
  const api = await cloudflare(t)
  const [, ...args] = JSON.parse(read('package.json')).scripts.deploy.split(' ')
  for (const uploads of [1, 2]) {
    const here = folder(t)
    for (const name of ['wrangler.jsonc', 'package.json']) here.write(name, read(name))
    const { code, output } = await here.runWith(api, args)
    assert.equal(code, 0, output)
    const { databases, namespaces, workers } = await api.state()
    assert.deepEqual([databases.length, namespaces.length, workers['mp-worker'].uploads], [1, 1, uploads])
    assert.ok(databases[0].tables.includes('inbox'))
  }
})
