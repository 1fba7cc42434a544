import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'

import { parseAppSecret } from '../src/answers.js'
import { Failure } from '../src/failure.js'
import { Terminal } from '../src/terminal.js'
import { en } from '../src/texts/en.js'

const SECRET = '0123456789abcdef0123456789abcdef'
const question = { text: 'AppSecret', parse: parseAppSecret, invalid: 'invalid', instead: 'WECHAT_APP_SECRET' }

test('a hidden answer is not shown, can be corrected and pasted, and is asked again if it is invalid', async () => {
  const { input, shown, terminal } = fake()
  const answer = terminal.askHidden(question)
  input.write('wrong\r')
  await turn()
  input.write('x\x7f')
  input.write('\x1b[D')
  input.write(`\x1b[200~${SECRET}\x1b[201~\r`)
  assert.equal(await answer, SECRET)
  assert.ok(!shown().includes('wrong') && !shown().includes('0123'))
  assert.match(shown(), /AppSecret: \ninvalid\nAppSecret: \n/)
})

test('a hidden answer is not shown after questions whose answers are', async () => {
  const { input, shown, terminal } = fake()
  for (const name of ['first', 'second']) {
    const answer = terminal.ask({ text: name, parse: (text) => text, invalid: '', instead: '--name' })
    input.write(`${name}-answer\r`)
    assert.equal(await answer, `${name}-answer`)
  }
  const before = shown().length
  const answer = terminal.askHidden(question)
  for (const character of SECRET) input.write(character)
  input.write('\r')
  assert.equal(await answer, SECRET)
  assert.equal(shown().slice(before), 'AppSecret: \n')
})

test('Ctrl-C ends the question', async () => {
  const { input, terminal } = fake()
  const answer = terminal.askHidden(question)
  input.write('\x03')
  await assert.rejects(answer, new Failure(en.stopped))
})

test('an empty line takes the default', async () => {
  const { input, terminal } = fake()
  const answer = terminal.ask({ text: 'Name', byDefault: 'mine', parse: (text) => text || undefined, invalid: '', instead: '--name' })
  input.write('\r')
  assert.equal(await answer, 'mine')
})

test('without a terminal, the question names the option', async () => {
  const { terminal } = fake({ isTTY: false })
  await assert.rejects(terminal.askHidden(question), new Failure(en.cannotAsk('AppSecret', 'WECHAT_APP_SECRET')))
})

/** Lets what was written arrive. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve))
}

function fake({ isTTY = true } = {}) {
  delete process.env.CI
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode() {} })
  const output = Object.assign(new PassThrough(), { isTTY })
  let text = ''
  output.on('data', (chunk) => (text += chunk))
  return { input, terminal: new Terminal(input, output, en), shown: () => text }
}
