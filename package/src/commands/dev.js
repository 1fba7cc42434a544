// `dev`: the worker on this machine, from the built module. Until it has an account's AppID and AppSecret, it answers but
// does not call WeChat.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import { open } from '../browser.js'
import { JsoncConfig } from '../config/jsonc.js'
import { CONFIG_FILE } from '../config/index.js'
import { Failure } from '../failure.js'
import { EXAMPLE_RULES, PACKAGE, TEMPLATE } from '../package.js'
import { replaceFile } from '../private-file.js'
import { SECRETS_FILE, completed, readSecrets, writeSecrets } from '../secrets.js'
import { Worker } from '../worker.js'
import { Wrangler, ended } from '../wrangler.js'

const STATE = '.wrangler/mp-worker'
/** The secrets in the form that `wrangler dev` reads. */
const VARIABLES_FILE = '.secrets.env'
const START_MS = 60_000
/** As in the configuration: `wrangler dev` runs no cron triggers. */
const BETWEEN_CRON_TRIGGERS_MS = 120_000
/** A placeholder: without an AppID, messages cannot be encrypted. */
const NO_APP_ID = 'wx0000000000000000'

/** @param {import('../context.js').Context} context */
export async function dev(context) {
  const { env, folder, options, terminal, texts } = context
  const port = parsePort(options.port ?? '8787', texts)
  await refuseTakenPort(port, texts)
  const state = join(folder, STATE)
  if (options.reset) rmSync(state, { recursive: true, force: true })
  mkdirSync(state, { recursive: true, mode: 0o700 })
  const config = localConfig(join(state, CONFIG_FILE), texts)
  const secrets = localSecrets(folder, state, env, texts)
  const wrangler = new Wrangler(folder, env, texts)
  wrangler.hide(Object.values(secrets))

  terminal.say(texts.startingDev)
  const stored = ['--config', config, '--persist-to', join(state, 'storage')]
  await wrangler.run(['d1', 'migrations', 'apply', 'DB', '--local', ...stored])
  const variables = join(state, VARIABLES_FILE)
  replaceFile(variables, dotenv(secrets))
  const args = ['dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--show-interactive-dev-session=false', '--env-file', variables]
  const child = wrangler.start([...args, ...stored], ['ignore', 'pipe', 'pipe'])
  await whileItRuns(child, new Worker(`http://127.0.0.1:${port}`, texts), secrets, wrangler, context)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {Worker} worker
 * @param {import('../secrets.js').Secrets} secrets
 * @param {Wrangler} wrangler
 * @param {import('../context.js').Context} context
 */
async function whileItRuns(child, worker, secrets, wrangler, context) {
  const { options, terminal, texts } = context
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said = (said + text).slice(-10_000)
    })
  }
  const stop = () => child.kill('SIGTERM')
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const end = ended(child)
  const isUp = await Promise.race([worker.isUpWithin(START_MS), end.then(() => false)])
  if (!isUp) {
    stop()
    await end
    throw new Failure(texts.devFailed, { details: wrangler.redacted(said) })
  }
  await publishExampleRules(worker, secrets.ROOT_API_KEY ?? '')
  const link = await worker.consoleLink(secrets.ROOT_API_KEY ?? '')
  terminal.say(texts.devRuns(worker.url, link))
  // It has been running for a while, so that the jobs' failures are in its own log.
  const trigger = () => void fetch(`${worker.url}/cdn-cgi/local/scheduled`).catch(() => undefined)
  const cron = setInterval(trigger, BETWEEN_CRON_TRIGGERS_MS)
  if (terminal.isInteractive && !options['no-open']) void open(link)
  await end
  clearInterval(cron)
}

/**
 * Until rules are made, the examples answer.
 *
 * @param {Worker} worker
 * @param {string} rootKey
 */
async function publishExampleRules(worker, rootKey) {
  const { version } = await worker.call('rule/list', rootKey, { limit: 1 })
  if (version !== 0) return
  const { rules } = JSON.parse(readFileSync(EXAMPLE_RULES, 'utf8'))
  await worker.call('rule/import', rootKey, { rules })
}

/**
 * A configuration of its own: it needs no domain and no ids, and `wrangler dev` then finds neither.
 *
 * @param {string} path
 * @param {import('../language.js').Texts} texts
 */
function localConfig(path, texts) {
  const template = JsoncConfig.read(TEMPLATE, texts)
  const config = new JsoncConfig(path, template.text, texts)
  config.adopt(template, PACKAGE)
  config.save()
  return path
}

/**
 * The secrets of the deployment, or else some that stay on this machine.
 *
 * @param {string} folder
 * @param {string} state
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../language.js').Texts} texts
 */
function localSecrets(folder, state, env, texts) {
  const local = join(state, SECRETS_FILE)
  const secrets = completed({ ...readSecrets(local, texts), ...readSecrets(join(folder, SECRETS_FILE), texts) })
  // A test account (接口测试号) on this machine only.
  if (env.WECHAT_APP_ID) secrets.WECHAT_APP_ID = env.WECHAT_APP_ID
  if (env.WECHAT_APP_SECRET) secrets.WECHAT_APP_SECRET = env.WECHAT_APP_SECRET
  secrets.WECHAT_APP_ID ??= NO_APP_ID
  writeSecrets(local, secrets)
  for (const name of ['WECHAT_API_BASE', 'WECHAT_API_RELAY_SECRET']) {
    const value = env[name]
    if (value) secrets[name] = value
  }
  return secrets
}

/**
 * wrangler expands `$` in every value.
 *
 * @param {import('../secrets.js').Secrets} secrets
 */
function dotenv(secrets) {
  const quoted = (/** @type {string} */ value) => `'${value.replaceAll('$', '\\$').replaceAll("'", '')}'`
  return Object.entries(secrets).map(([name, value]) => `${name}=${quoted(value)}\n`).join('')
}

/**
 * @param {string} text
 * @param {import('../language.js').Texts} texts
 */
function parsePort(text, texts) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new Failure(texts.invalidPort)
  return port
}

/**
 * wrangler would silently use the next one.
 *
 * @param {number} port
 * @param {import('../language.js').Texts} texts
 * @returns {Promise<void>}
 */
function refuseTakenPort(port, texts) {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', () => reject(new Failure(texts.portTaken(port))))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
}
