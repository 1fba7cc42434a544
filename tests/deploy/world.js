// What a test of a deployment has: the packed tarball installed in a folder, and a simulated Cloudflare of its own.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

export const ROOT = join(import.meta.dirname, '..', '..')
export const SANDBOX = join(ROOT, 'target', 'debug', 'sandbox')
/** Where `make test-deploy` installs the tarball once. */
const INSTALLED = join(ROOT, 'dist', 'installed')
const TOKEN = 'cloudflare-api-token-of-the-test'
const MEANT_FOR_SECRETS = ['.secrets.json', '.secrets.env', 'nginx.relay.conf', 'relay.Caddyfile']

export const APP_ID = 'wx0123456789abcdef'
export const APP_SECRET = 'fedcba9876543210fedcba9876543210'

/** @typedef {Record<string, any>} Json */
/** @typedef {{ code: number, output: string }} Outcome */

/**
 * A simulated Cloudflare, which ends with the test.
 *
 * @param {import('node:test').TestContext} t
 */
export async function cloudflare(t) {
  const line = await startSandbox(t, ['cloudflare', '--port', '0'])
  const base = /** @type {string} */ (/http:\S+/.exec(line)?.[0])
  const origin = new URL(base).origin
  return {
    base,
    /** @returns {Promise<Json>} */
    state: async () => /** @type {Json} */ (await (await fetch(`${origin}/sandbox/state`)).json()),
    /** @param {Json | 'none'} fault */
    order: async (fault) => {
      const answer = await fetch(`${origin}/sandbox/fault`, { method: 'POST', body: JSON.stringify(fault) })
      assert.deepEqual(await answer.json(), { done: true })
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof cloudflare>>} Cloudflare */

/**
 * Starts a server of the sandbox, which ends with the test, and returns the first line that it prints.
 *
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 * @returns {Promise<string>}
 */
export function startSandbox(t, args) {
  const server = spawn(SANDBOX, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => server.kill())
  return new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve)
    server.once('close', () => reject(new Error(`sandbox ${args.join(' ')} ended`)))
  })
}

/**
 * A folder in which the package is installed: as a link, or as a copy that the test may change.
 *
 * @param {import('node:test').TestContext} t
 * @param {{ copy?: boolean, name?: string }} [how]
 */
export function folder(t, { copy = false, name = 'account' } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'mp-worker-deploy-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const path = join(home, name)
  const modules = join(path, 'node_modules')
  mkdirSync(modules, { recursive: true })
  for (const entry of readdirSync(join(INSTALLED, 'node_modules'))) {
    const from = join(INSTALLED, 'node_modules', entry)
    if (copy && entry === 'mp-worker') cpSync(from, join(modules, entry), { recursive: true })
    else symlinkSync(from, join(modules, entry))
  }
  return new Folder(home, path)
}

export class Folder {
  /**
   * @param {string} home
   * @param {string} path
   */
  constructor(home, path) {
    this.home = home
    this.path = path
    this.program = join(path, 'node_modules', 'mp-worker', 'src', 'main.cjs')
  }

  /** @param {string} name */
  read(name) {
    return readFileSync(join(this.path, name), 'utf8')
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  write(name, text) {
    mkdirSync(dirname(join(this.path, name)), { recursive: true })
    writeFileSync(join(this.path, name), text, { mode: 0o600 })
  }

  /** @returns {Record<string, string>} */
  secrets() {
    return existsSync(join(this.path, '.secrets.json')) ? JSON.parse(this.read('.secrets.json')) : {}
  }

  /**
   * Starts the command line, with nothing on PATH but Node.js and the system.
   *
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  start(args, env = {}) {
    return this.#launch([process.execPath, this.program, ...args], { CI: '1', ...env })
  }

  /**
   * The same on a terminal, which util-linux's `script` makes.
   *
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  onTerminal(args, env = {}) {
    const quoted = [process.execPath, this.program, ...args].map((arg) => `'${arg}'`).join(' ')
    return this.#launch(['script', '--quiet', '--return', '--command', `stty cols 80; exec ${quoted}`, '/dev/null'], { TERM: 'xterm', ...env })
  }

  /**
   * @param {string[]} command
   * @param {NodeJS.ProcessEnv} env
   */
  #launch([program = '', ...args], env) {
    const child = spawn(program, args, {
      cwd: this.path,
      detached: true,
      env: {
        CLOUDFLARE_API_TOKEN: TOKEN,
        HOME: this.home,
        LANG: 'en_US.UTF-8',
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        TMPDIR: this.home,
        ...env,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    if (!('TERM' in env)) child.stdin.end()
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const ended = new Promise((/** @type {(code: number) => void} */ resolve) => child.once('close', (code) => resolve(code ?? 1)))
    return {
      child,
      said: () => output,
      /** @param {string} text */
      type: (text) => void child.stdin.write(text),
      /** @returns {Promise<Outcome>} */
      end: async () => ({ code: await ended, output }),
      /** Kills it and all that it started. */
      kill: async () => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        await ended
      },
    }
  }

  /**
   * Runs the command line, while no process and no output shows a secret.
   *
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   * @returns {Promise<Outcome>}
   */
  async run(args, env) {
    const run = this.start(args, env)
    const watch = setInterval(() => this.#refuseSecrets(commandLines(), 'a command line'), 20)
    try {
      const outcome = await run.end()
      this.#refuseSecrets(outcome.output, 'the output')
      this.#refuseSecretsInFiles()
      return outcome
    } finally {
      clearInterval(watch)
    }
  }

  /**
   * @param {Cloudflare} cloudflare
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  runWith({ base }, args, env) {
    return this.run(args, { CLOUDFLARE_API_BASE_URL: base, ...env })
  }

  /**
   * The first command, with every answer given.
   *
   * @param {string[]} [more]
   */
  async init(more = []) {
    const args = ['init', '--name', 'shop', '--domain', 'wx.example.com', '--plan', 'free', '--app-id', APP_ID, ...more]
    const outcome = await this.run(args, { WECHAT_APP_SECRET: APP_SECRET })
    assert.equal(outcome.code, 0, outcome.output)
  }

  /**
   * @param {string} text
   * @param {string} where
   */
  #refuseSecrets(text, where) {
    const values = { APP_SECRET, TOKEN, ...this.secrets() }
    for (const [name, value] of Object.entries(values)) {
      // The AppID is no secret.
      if (name !== 'WECHAT_APP_ID' && text.includes(value)) throw new Error(`${name} is in ${where}`)
    }
  }

  /** In no file of the folder or of the home directory but those that are meant for them, which only their owner may read. */
  #refuseSecretsInFiles() {
    for (const entry of readdirSync(this.home, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (!entry.isFile() || path.includes('/node_modules/')) continue
      if (MEANT_FOR_SECRETS.includes(entry.name)) assert.equal(statSync(path).mode & 0o077, 0, path)
      else this.#refuseSecrets(readFileSync(path, 'latin1'), path)
    }
  }
}

/** The arguments of every process, which anyone on the machine may read. */
function commandLines() {
  const processes = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return processes.map((pid) => readIfThere(`/proc/${pid}/cmdline`)).join('\n')
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended.
    return ''
  }
}

/**
 * Waits until a condition holds.
 *
 * @template T
 * @param {() => Promise<T | undefined | false>} condition
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function until(condition, what) {
  const end = Date.now() + 60_000
  for (;;) {
    const value = await condition()
    if (value) return value
    if (Date.now() > end) throw new Error(`${what} did not happen within a minute`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A port that is free now. */
export async function freePort() {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--eval',
    "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })",
  ])
  return Number(stdout)
}
