// `make deploy`: the same steps with the project's own wrangler.toml.
import assert from 'node:assert/strict'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { ROOT, cloudflare, folder } from './world.js'

test("the ids get into the project's wrangler.toml, and the next deployment uses them", async (t) => {
  const [api, here] = [await cloudflare(t), folder(t)]
  here.program = join(ROOT, 'package', 'src', 'main.cjs')
  for (const name of ['build', 'public', 'migrations']) symlinkSync(join(ROOT, name), join(here.path, name))
  // Without what an earlier deployment wrote.
  const project = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8').replace(/^(account_id|database_id|database_name|id) = .*\n/gm, '')
  here.write('wrangler.toml', project)
  for (const uploads of [1, 2]) {
    const { code, output } = await here.runWith(api, ['deploy', '--config', 'wrangler.toml'])
    assert.equal(code, 0, output)
    const { databases, namespaces, workers } = await api.state()
    assert.deepEqual([databases.length, namespaces.length, workers['mp-worker'].uploads], [1, 1, uploads])
    assert.ok(databases[0].tables.includes('inbox'))
  }
  const added = here.read('wrangler.toml').split('\n').filter((line) => !project.split('\n').includes(line))
  assert.equal(added.length, 4, added.join('\n'))
})
