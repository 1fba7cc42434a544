// The folder of a deployment, as unlucky operators have it.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { inColumns } from '../src/columns.js'
import { JsoncConfig } from '../src/config/jsonc.js'
import { Failure } from '../src/failure.js'
import { LOCK_FILE, exclusively } from '../src/lock.js'
import { replaceFile } from '../src/private-file.js'
import { readSecrets } from '../src/secrets.js'
import { explainSystem } from '../src/system.js'
import { en } from '../src/texts/en.js'

test('one deployment at a time, and one that was killed does not count', async (t) => {
  const folder = temporary(t)
  await exclusively(folder, en, async () => {
    // The process that started this one is running.
    writeFileSync(join(folder, LOCK_FILE), `${process.ppid}\n`)
    await assert.rejects(exclusively(folder, en, async () => undefined), new Failure(en.alreadyRunning(process.ppid, join(folder, LOCK_FILE))))
  })
  for (const left of ['', 'nonsense', '-1', '4194304999']) {
    writeFileSync(join(folder, LOCK_FILE), left)
    assert.equal(await exclusively(folder, en, async () => 'done'), 'done', left)
    assert.deepEqual(readdirSync(folder), [])
  }
})

test('a file that an editor on Windows saved is read', (t) => {
  const folder = temporary(t)
  const [config, secrets] = [join(folder, 'wrangler.jsonc'), join(folder, '.secrets.json')]
  writeFileSync(config, '\ufeff{\r\n  // mine\r\n  "name": "shop",\r\n}\r\n')
  writeFileSync(secrets, '\ufeff{\r\n"WECHAT_TOKEN": "t"}\r\n', { mode: 0o600 })
  assert.deepEqual(readSecrets(secrets, en), { WECHAT_TOKEN: 't' })
  const read = JsoncConfig.read(config, en)
  read.setNamespace('k')
  read.save()
  assert.equal(JsoncConfig.read(config, en).namespaceId, 'k')
  assert.match(readFileSync(config, 'utf8'), /\/\/ mine\r\n/)
})

test('a full disk and a folder that cannot be written are explained', () => {
  const error = (/** @type {string} */ code, path = '/x') => Object.assign(new Error('raw'), { code, path, syscall: 'open' })
  assert.equal(explainSystem(error('ENOSPC', ''), en), en.system.full(''))
  for (const code of ['EACCES', 'EPERM', 'EROFS']) assert.equal(explainSystem(error(code), en), en.system.denied('/x'))
  assert.equal(explainSystem(error('EMFILE'), en), en.system.other('raw'))
})

test('a file that cannot be written is named as the operator knows it', (t) => {
  const path = join(temporary(t), 'missing', 'wrangler.jsonc')
  assert.throws(() => replaceFile(path, ''), { code: 'ENOENT', path })
})

test('Chinese labels are aligned', () => {
  assert.equal(inColumns([['令牌(Token)', 'a'], ['URL', 'b']]), '  令牌(Token)  a\n  URL          b')
})

/** @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = mkdtempSync(join(tmpdir(), 'mp-worker-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}
