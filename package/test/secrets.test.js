import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { Failure } from '../src/failure.js'
import { withPrivateFile } from '../src/private-file.js'
import { completed, readSecrets, writeSecrets } from '../src/secrets.js'
import { en } from '../src/texts/en.js'

test('generated secrets have the forms that WeChat and the worker demand', () => {
  for (let round = 0; round < 50; round++) {
    const { WECHAT_TOKEN: token, WECHAT_ENCODING_AES_KEY: aesKey, ROOT_API_KEY: root, SIGNING_KEY: signing } = completed({})
    assert.match(token ?? '', /^[0-9A-Za-z]{32}$/)
    assert.match(aesKey ?? '', /^[0-9A-Za-z]{43}$/)
    assert.ok((root ?? '').length >= 32)
    assert.equal(Buffer.from(signing ?? '', 'base64').length, 32)
  }
})

test('what is known stays', () => {
  assert.equal(completed({ WECHAT_TOKEN: 'mine' }).WECHAT_TOKEN, 'mine')
  assert.notEqual(completed({}).SIGNING_KEY, completed({}).SIGNING_KEY)
})

test('the file is readable by its owner alone, and nothing unfinished stays', (t) => {
  const folder = temporary(t)
  const path = join(folder, 'secrets.json')
  writeFileSync(path, '{}', { mode: 0o644 })
  writeSecrets(path, { A: 'b' })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['secrets.json'])
  assert.deepEqual(readSecrets(path, en), { A: 'b' })
})

test('a file that others may read, or that is not understood, is refused without quoting it', (t) => {
  const path = join(temporary(t), 'secrets.json')
  writeSecrets(path, { A: 'hidden-value' })
  chmodSync(path, 0o644)
  assert.throws(() => readSecrets(path, en), new Failure(en.secretsReadableByOthers(path)))
  for (const text of ['{"A": hidden-value', '["hidden-value"]', '{"A": {"B": "hidden-value"}}', 'null']) {
    writeFileSync(path, text)
    chmodSync(path, 0o600)
    assert.throws(() => readSecrets(path, en), new Failure(en.secretsUnreadable(path)))
  }
})

test('a temporary file is private, and is removed also if its use fails', async () => {
  let seen = ''
  await assert.rejects(
    withPrivateFile('x.json', 'text', async (path) => {
      seen = path
      assert.equal(statSync(path).mode & 0o777, 0o600)
      throw new Error('failed')
    }),
    /failed/,
  )
  assert.throws(() => statSync(seen), { code: 'ENOENT' })
})

/** @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'mp-worker-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
