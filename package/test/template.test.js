// The repository of the Deploy button.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { VERSION } from '../src/package.js'
import { completed } from '../src/secrets.js'

const read = (/** @type {string} */ name) => readFileSync(new URL(`../template/${name}`, import.meta.url), 'utf8')
const manifest = JSON.parse(read('package.json'))

test('it depends on this version of the package', () => {
  assert.deepEqual(manifest.dependencies, { 'mp-worker': VERSION })
})

test('every secret is asked for with a description, and none has a value', () => {
  const lines = read('.dev.vars.example').split('\n').filter((line) => line && !line.startsWith('#'))
  for (const line of lines) assert.match(line, /^[A-Z_]+=$/)
  const names = lines.map((line) => line.slice(0, -1)).sort()
  assert.deepEqual(names, [...Object.keys(completed({})), 'WECHAT_APP_ID', 'WECHAT_APP_SECRET'].sort())
  assert.deepEqual(Object.keys(manifest.cloudflare.bindings).sort(), names)
  for (const { description } of Object.values(manifest.cloudflare.bindings)) assert.ok(description.length > 10)
})
