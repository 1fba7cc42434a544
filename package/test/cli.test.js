import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Script } from 'node:vm'

import { ofCapabilities, ofCheck, ofSetup } from '../src/commands/doctor.js'
import { isNewer } from '../src/commands/upgrade.js'
import { complaintOf, explain } from '../src/explain.js'
import { Failure } from '../src/failure.js'
import { textsFor } from '../src/language.js'
import { parseCommandLine } from '../src/options.js'
import { en } from '../src/texts/en.js'
import { zhCN } from '../src/texts/zh-CN.js'

const MAIN = new URL('../src/main.cjs', import.meta.url)
/** @param {string[]} args */
const parsed = (...args) => parseCommandLine(args, en)

test('a secret on the command line is refused, and not repeated', () => {
  for (const args of [['init', '--app-secret', 'hidden-value'], ['init', '--app-secret=hidden-value'], ['init', '--token=hidden-value']]) {
    assert.throws(() => parsed(...args), new Failure(en.secretAsOption))
  }
  assert.throws(() => parsed('init', '--nonsense=hidden-value'), new Failure(en.unknownOption('nonsense')))
  const { status, stderr, stdout } = spawnSync(process.execPath, [MAIN.pathname, 'init', 'hidden-value'], { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.ok(!(stderr + stdout).includes('hidden-value'))
})

test('an option, a word or a language that does not belong there is explained, whatever it contains', () => {
  const run = (/** @type {string[]} */ ...args) => spawnSync(process.execPath, [MAIN.pathname, ...args], { encoding: 'utf8', env: { LANG: 'C' } })
  /** @type {[string[], string][]} */
  const cases = [
    [['doctor', '--port', '1'], en.optionOfAnother('port', 'doctor')],
    [['deploy', 'hidden-value'], en.noOperands('deploy')],
    [['init', '--', '--app-secret', 'hidden-value'], en.noOperands('init')],
    [['$(touch x)'], en.unknownCommand],
    [['__proto__'], en.unknownCommand],
    [['--lang', 'fr'], `${en.invalidLanguage}\n${zhCN.invalidLanguage}`],
    [['init', '--lang', 'zh_CN.UTF-8', '--x'], zhCN.unknownOption('x')],
  ]
  for (const [args, text] of cases) {
    const { status, stderr, stdout } = run(...args)
    assert.deepEqual([status, stdout, stderr], [1, '', `${text}\n`])
  }
  assert.equal(run('help').status, 0)
})

test('a reader that stops reading, or no output at all, is no error', () => {
  for (const end of ['| true', '>&-', '<&-']) {
    const { stderr } = spawnSync('sh', ['-c', `'${process.execPath}' '${MAIN.pathname}' --help ${end}`], { encoding: 'utf8' })
    assert.equal(stderr, '', end)
  }
})

test('an option gets its value or an explanation', () => {
  assert.equal(parsed('init', '--name', 'x').options.name, 'x')
  assert.equal(parsed('relay', 'check').operands[0], 'check')
  assert.throws(() => parsed('deploy', '--dry-run=yes'), new Failure(en.optionNeedsValue('dry-run')))
  assert.throws(() => parsed('init', '--name'), new Failure(en.optionNeedsValue('name')))
})

test("the language is the system's, or the chosen one", () => {
  assert.equal(textsFor(undefined, { LANG: 'zh_CN.UTF-8' }), zhCN)
  assert.equal(textsFor(undefined, { LC_ALL: 'en_GB.UTF-8', LANG: 'zh_CN.UTF-8' }), en)
  assert.equal(textsFor('zh', { LANG: 'en_US.UTF-8' }), zhCN)
  assert.equal(textsFor('en', { LANG: 'zh_CN.UTF-8' }), en)
})

test('an old Node.js gets an explanation in both languages', () => {
  const code = `Object.defineProperty(process.versions, 'node', { value: '22.11.0' }); require(${JSON.stringify(MAIN.pathname)})`
  const { status, stderr } = spawnSync(process.execPath, ['--eval', code], { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /needs Node\.js 22\.12[^]*需要 Node\.js 22\.12/)
})

test('Node.js 10 can parse the explanation', () => {
  const source = readFileSync(MAIN, 'utf8').replace(/^#!.*/, '')
  // Not a module, and without top-level await.
  new Script(source)
  assert.doesNotMatch(source, /\?\.|\?\?|\bcatch \{|#/)
})

test("Cloudflare's errors are told apart", () => {
  /** @type {[string, string][]} */
  const cases = [
    ['A request to the Cloudflare API failed.\n  Authentication error [code: 10000]', en.cloudflare.noPermission],
    ['Could not find zone for `wx.example.org`.', en.cloudflare.domainElsewhere],
    ['a namespace with this account ID and title already exists [code: 10014]', en.cloudflare.namespaceTaken],
    ['A database with that name already exists', en.cloudflare.databaseTaken],
    ['The database could not be found [code: 7404]', en.cloudflare.databaseGone],
    ['TypeError: fetch failed', en.cloudflare.noNetwork],
    ['something new', en.cloudflare.unknown],
    ['✘ [ERROR] fetch failed', en.cloudflare.noNetwork],
    ['✘ [ERROR] Received a malformed response from the API\n<!DOCTYPE html>\nPOST /x -> 502 Bad Gateway', en.cloudflare.outage],
    ['✘ [ERROR] Received a malformed response from the API\n<!DOCTYPE html>\nPOST /x -> 403 Forbidden', en.cloudflare.notCloudflare],
    ['✘ [ERROR] Received a malformed response from the API\n<html>\nPOST /x -> 429 Too Many Requests', en.cloudflare.tooManyCalls],
    ['✘ [ERROR] A request to the Cloudflare API (/x) failed.\n  Please wait [code: 971]', en.cloudflare.tooManyCalls],
    ['✘ [ERROR] A request to the Cloudflare API (/x) failed.\n  internal error [code: 7500]', en.cloudflare.outage],
    ['✘ [ERROR] no such table: network: SQLITE_ERROR [code: 7500]', en.cloudflare.unknown],
    ['✘ [ERROR] a check on 500 rows failed', en.cloudflare.unknown],
  ]
  for (const [output, text] of cases) assert.equal(explain(output, en), text, output)
})

test("the tables that wrangler prints are not mistaken for the cause", () => {
  const table = 'env.GATEWAY_LIMITER (600 requests/60s)  Rate Limit\n\n'
  const error = '\x1b[31m✘ \x1b[41;31m[\x1b[41;97mERROR\x1b[41;31m]\x1b[0m \x1b[1mfetch failed\x1b[0m\n\n\n\n  If you think this is a bug, please open an issue at: x\n'
  assert.equal(complaintOf(table + error), '✘ [ERROR] fetch failed')
  assert.equal(complaintOf('something else'), 'something else')
})

test('the doctor says what to do', () => {
  assert.deepEqual(ofCheck({ name: 'access_token', ok: false, id: 'ip', message: '', params: { ip: '192.0.2.1' } }, en), {
    state: 'failed',
    text: en.addressNotListed('192.0.2.1'),
  })
  assert.equal(ofCheck({ name: 'access_token', ok: false, id: 'secret', message: '' }, en).text, en.wrongAppSecret)
  assert.equal(ofCheck({ name: 'quota', ok: false, message: 'WeChat refused (48001)' }, en).state, 'note')
  const wrongAppId = { name: 'access_token', ok: false, id: 'token', message: 'WeChat refused (40013: invalid appid). Check WECHAT_APP_ID.' }
  assert.equal(ofCheck(wrongAppId, zhCN).text, zhCN.wrongAppId)
  const unreachable = { name: 'access_token', ok: false, id: 'token', message: 'WeChat could not be reached' }
  assert.equal(ofCheck(unreachable, zhCN).text, zhCN.problems.token('WeChat could not be reached'))
  assert.equal(ofCheck({ name: 'later', ok: false, id: 'later', message: 'm' }, zhCN).text, 'later: m')
  assert.equal(ofCheck({ name: 'constructor', ok: false, id: 'constructor', message: 'm' }, zhCN).text, 'constructor: m')
  assert.equal(ofCheck({ name: 'encryption', ok: true, message: 'plaintext is accepted' }, en).state, 'note')
  const setup = { callback_url: 'https://wx.example.com/callback', rules: 0, handshakes: [{ ok: false, step: 'signature' }] }
  assert.deepEqual([...ofSetup(setup, en)].map(({ text }) => text), [en.noRules, en.tokenDiffers])
  assert.deepEqual([...ofSetup({ ...setup, rules: 1, handshakes: [] }, en)].map(({ text }) => text), [en.neverConnected(setup.callback_url)])
  const refused = { capabilities: { menu: { state: 'no' }, tag: { state: 'yes' } } }
  assert.deepEqual([...ofCapabilities(refused, en)].map(({ text }) => text), [en.unverified(['menus'])])
})

test('versions are compared as numbers', () => {
  assert.ok(isNewer('0.10.0', '0.9.9'))
  assert.ok(!isNewer('0.1.0', '0.1.0'))
  assert.ok(!isNewer('0.1.9', '1.0.0'))
})

test('both languages say the same things, with no parameter that the other one lacks', () => {
  /**
   * @param {any} left
   * @param {any} right
   * @param {string} path
   */
  const compare = (left, right, path) => {
    assert.equal(typeof left, typeof right, path)
    if (typeof left === 'function') assert.ok(left.length >= right.length, path)
    if (typeof left !== 'object') return
    assert.deepEqual(Object.keys(left), Object.keys(right), path)
    for (const key of Object.keys(left)) compare(left[key], right[key], `${path}.${key}`)
  }
  compare(en, zhCN, 'texts')
})
