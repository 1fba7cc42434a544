// The link that signs in: handed to the browser in a file that only its owner may read, never as an argument.
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'

import { open } from '../src/browser.js'

const LINK = 'https://wx.example.com/console/#/?ticket=</script>secret'
const READING_MS = 5000

test('a link is opened by way of a private file, which is gone afterwards', { skip: process.platform !== 'linux' }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'mp-worker-browser-'))
  const before = process.env['PATH']
  context.after(() => {
    process.env['PATH'] = before
    rmSync(folder, { recursive: true })
  })
  const browser = `#!/bin/sh\necho "$1" > '${folder}/address'\nfile="\${1#file://}"\nstat -c %a "$file" > '${folder}/mode'\ncp "$file" '${folder}/page'\n`
  writeFileSync(join(folder, 'xdg-open'), browser, { mode: 0o700 })
  process.env['PATH'] = `${folder}:${before}`
  await open(LINK, READING_MS)
  const seen = (/** @type {string} */ name) => readFileSync(join(folder, name), 'utf8').trim()
  assert.match(seen('address'), /^file:\/\//)
  assert.doesNotMatch(seen('address'), /ticket|secret/)
  assert.equal(seen('mode'), '600')
  const page = seen('page')
  assert.match(page, /location\.replace\("https:\/\/wx\.example\.com\/console\/#\/\?ticket=\\u003c\/script>secret"\)/)
  assert.equal(existsSync(fileURLToPath(seen('address'))), false)
})

test('without a browser the command goes on at once', { skip: process.platform !== 'linux' }, async (context) => {
  const before = process.env['PATH']
  context.after(() => (process.env['PATH'] = before))
  process.env['PATH'] = '/nonexistent'
  const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length
  const running = timers()
  await open(LINK, 60_000)
  assert.equal(timers(), running, 'nothing keeps the command from ending')
})
