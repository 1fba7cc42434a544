// Runs the wrangler that this package depends on: by its path, since `npx wrangler` may find another one.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { complaintOf, explain } from './explain.js'
import { Failure } from './failure.js'
import { WRANGLER_VERSION } from './package.js'

/** What wrangler has no use for stays out of its environment, and so out of its subprocesses. */
const OURS = /^(WECHAT_|ROOT_API_KEY$|SIGNING_KEY$|PREVIOUS_SIGNING_KEY$|ACCOUNTS$|AI_)/

/**
 * @typedef {object} Outcome
 * @property {number} code
 * @property {string} stdout
 * @property {string} output stdout and stderr
 */

export class Wrangler {
  #folder
  #texts
  #env
  /** @type {string[]} */
  #hidden = []
  /** @type {string | undefined} */
  #accountId

  /**
   * @param {string} folder where the configuration is
   * @param {NodeJS.ProcessEnv} env
   * @param {import('./language.js').Texts} texts
   */
  constructor(folder, env, texts) {
    this.#folder = folder
    this.#env = env
    this.#texts = texts
  }

  /**
   * Also replaces these values in wrangler's output.
   *
   * @param {string[]} values
   */
  hide(values) {
    // A short one would be found in harmless words.
    const hidden = [...this.#hidden, ...values.filter((value) => value.length >= 8)]
    // A value may be part of another one.
    this.#hidden = hidden.sort((one, other) => other.length - one.length)
  }

  /** @param {string} id */
  useAccount(id) {
    this.#accountId = id
  }

  /**
   * Runs a command and returns what it printed, also if it failed.
   *
   * @param {string[]} args
   * @returns {Promise<Outcome>}
   */
  async attempt(args) {
    const child = this.start(args, ['ignore', 'pipe', 'pipe'])
    let [stdout, stderr] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text))
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text))
    const code = await ended(child)
    return { code, stdout, output: this.redacted(stdout + stderr) }
  }

  /**
   * The same, and fails with an explanation if the command fails.
   *
   * @param {string[]} args
   */
  async run(args) {
    const outcome = await this.attempt(args)
    if (outcome.code !== 0) throw this.failure(outcome.output)
    return outcome.stdout
  }

  /**
   * Shows what the command prints, and returns its exit code.
   *
   * @param {string[]} args
   */
  show(args) {
    return ended(this.start(args, 'inherit'))
  }

  /**
   * Starts a command.
   *
   * @param {string[]} args
   * @param {import('node:child_process').StdioOptions} stdio
   */
  start(args, stdio) {
    const [program, ...rest] = [...this.#command(), ...args]
    return spawn(program, rest, { cwd: this.#folder, env: this.environment(), stdio })
  }

  /** @param {string} output */
  failure(output) {
    const complaint = complaintOf(output)
    return new Failure(explain(complaint, this.#texts), { details: complaint })
  }

  /** @param {string} text */
  redacted(text) {
    return this.#hidden.reduce((redacted, value) => redacted.replaceAll(value, '[hidden]'), text)
  }

  environment() {
    const inherited = Object.entries(this.#env).filter(([name]) => !OURS.test(name) && name !== 'WRANGLER_LOG')
    /** @type {NodeJS.ProcessEnv} */
    const env = {
      ...Object.fromEntries(inherited),
      CI: '1',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      FORCE_COLOR: '0',
      NO_COLOR: '1',
      // Nothing that is uploaded gets into a log.
      WRANGLER_LOG_SANITIZE: 'true',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_WRITE_LOGS: 'false',
    }
    if (this.#accountId) env.CLOUDFLARE_ACCOUNT_ID = this.#accountId
    if (env.CLOUDFLARE_API_TOKEN) env.CLOUDFLARE_API_TOKEN = env.CLOUDFLARE_API_TOKEN.trim()
    return env
  }

  /** @returns {[string, ...string[]]} */
  #command() {
    const manifest = createRequire(import.meta.url).resolve('wrangler/package.json')
    const { version } = /** @type {{ version: string }} */ (JSON.parse(readFileSync(manifest, 'utf8')))
    if (version !== WRANGLER_VERSION) throw new Failure(this.#texts.otherWrangler(version, WRANGLER_VERSION))
    return [process.execPath, join(dirname(manifest), 'bin', 'wrangler.js')]
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} 1 if a signal ended it
 */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
