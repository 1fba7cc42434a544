// The pages about the relay show the configurations that `relay` writes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

for (const file of ['nginx.conf', 'Caddyfile']) {
  test(`the pages show ${file} as it is written`, () => {
    // The first two lines say where the file came from.
    const [, , ...lines] = read(`package/relay/${file}`).split('\n')
    const shown = lines.join('\n').replaceAll('@HOST@', 'relay.example.com').replaceAll('@SECRET@', '<relay secret>')
    for (const page of ['docs/relay.md', 'docs/relay.zh-CN.md']) assert.ok(read(page).includes(shown), page)
  })
}
