// The pages about deploying say what the command line does.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'

import { en } from '../src/texts/en.js'

const MOST_STEPS = 8
const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const pagesIn = (/** @type {string} */ folder) =>
  readdirSync(new URL(`../../${folder}`, import.meta.url)).filter((name) => name.endsWith('.md')).map((name) => folder + name)

for (const file of ['nginx.conf', 'Caddyfile']) {
  test(`the pages show ${file} as it is written`, () => {
    // The first two lines say where the file came from.
    const [, , ...lines] = read(`package/relay/${file}`).split('\n')
    const shown = lines.join('\n').replaceAll('@HOST@', 'relay.example.com').replaceAll('@SECRET@', '<relay secret>')
    for (const page of ['docs/relay.md', 'docs/relay.zh-CN.md']) assert.ok(read(page).includes(shown), page)
  })
}

test('every command of the pages exists', () => {
  let count = 0
  for (const page of ['', 'docs/', 'package/'].flatMap(pagesIn)) {
    for (const [, command] of read(page).matchAll(/npx mp-worker ([a-z]+)/g)) {
      assert.match(en.usage, new RegExp(`^  mp-worker ${command}\\b`, 'm'), page)
      count++
    }
  }
  assert.ok(count > 20)
})

test('the way to an account that answers has few steps', () => {
  for (const [page, heading] of [['docs/deploy.md', '## Steps'], ['docs/deploy.zh-CN.md', '## 步骤']]) {
    const [, rest = ''] = read(page ?? '').split(`${heading}\n`)
    const [section = ''] = rest.split('\n## ')
    const steps = section.match(/^\d+\. \*\*/gm) ?? []
    assert.ok(steps.length > 0 && steps.length <= MOST_STEPS, `${page}: ${steps.length}`)
  }
})
