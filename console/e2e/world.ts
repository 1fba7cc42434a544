// Starts what the browser tests need, once for all files: the built worker under `wrangler dev` with a state of its own, and
// the sandbox as WeChat. Everything that was started is ended by its id, also after a failure.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const run = promisify(execFile)
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BIN = join(ROOT, 'node_modules/.bin')
const START_MS = 60_000
const END_MS = 10_000

/** What a test knows of the running worker and sandbox. */
export interface World {
  /** The worker, without a slash at the end. */
  url: string
  sandbox: string
  sandboxPort: number
  rootKey: string
  /** The account's variables, for the sandbox's commands. */
  variables: string
  token: string
  /** The simulated provider of models, without a slash at the end. */
  model: string
  /** The cookie of a session of the root key. */
  cookie: { name: string; value: string }
}

declare module 'vitest' {
  export interface ProvidedContext { world: World }
}

const TOKEN = 'consoletoken'
const ROOT_KEY = 'console-root-api-key-0123456789abcdef'
const APP = { WECHAT_APP_ID: 'wx0123456789abcdef', WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef', WECHAT_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', WECHAT_ORIGINAL_ID: 'gh_0a1b2c3d4e5f' }
/** One account for each file of tests, so that none sees the messages and rules of another. `fresh` has lost its Token. */
const ACCOUNTS = ['overview', 'conversations', 'rules', 'keys', 'setup', 'assistants', 'backends', 'phone', 'menu', 'templates', 'stats', 'qrcodes', 'users', 'settings'] as const
export type AccountName = (typeof ACCOUNTS)[number] | 'default'

const environment = { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}`, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', CI: '1' }
const lines = (variables: Record<string, string>): string => Object.entries(variables).map(([name, value]) => `${name}=${value}\n`).join('')

/** A port below the ephemeral range, so that the system does not assign it to another process in the meantime. */
async function freePort(): Promise<number> {
  for (let port = 12_000 + (process.pid % 90) * 80; port < 20_000; port += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free && !taken.has(port)) {
      taken.add(port)
      return port
    }
  }
  throw new Error('no free port')
}
const taken = new Set<number>()

/** A process that is ended with its children. */
class Started {
  readonly #process: ChildProcess
  readonly #log: string
  readonly #exited: Promise<void>

  constructor(command: string, args: readonly string[], log: string) {
    const out = createWriteStream(log)
    this.#log = log
    // A group of its own: wrangler's children are ended with it.
    this.#process = spawn(command, args, { cwd: ROOT, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process.stdout?.pipe(out)
    this.#process.stderr?.pipe(out)
    this.#exited = new Promise((resolve) => this.#process.once('exit', () => resolve()).once('error', () => resolve()))
    process.once('exit', this.#kill)
  }

  readonly #kill = (): void => {
    if (this.#process.pid === undefined) return
    try {
      process.kill(-this.#process.pid, 'SIGKILL')
    } catch {
      // Nothing is left of the group.
    }
  }

  /** Waits until the address is served. */
  async serves(address: string): Promise<void> {
    const until = Date.now() + START_MS
    while (Date.now() < until && this.#process.exitCode === null) {
      const answered = await fetch(address, { signal: AbortSignal.timeout(5000) }).then(() => true, () => false)
      if (answered) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`${address} is not served:\n${await readFile(this.#log, 'utf8')}`)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.pid !== undefined) {
      this.#process.kill('SIGTERM')
      await Promise.race([this.#exited, new Promise((resolve) => setTimeout(resolve, END_MS).unref())])
    }
    this.#kill()
    process.removeListener('exit', this.#kill)
  }
}

/** Signs in as the console does. All tests share the session: a newer ticket of the same key would end an older one. */
async function signIn(url: string): Promise<World['cookie']> {
  const response = await fetch(`${url}/api/session/create`, { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: url, 'Sec-Fetch-Site': 'same-origin' }, body: JSON.stringify({ key: ROOT_KEY }) })
  const [name, value] = response.headers.getSetCookie()[0]?.split(';')[0]?.split('=') ?? []
  if (name === undefined || value === undefined) throw new Error(`session/create set no cookie: ${await response.text()}`)
  return { name, value }
}

/** Starts everything; returns the world and how to end it. */
export async function start(): Promise<{ world: World; stop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'console-world-'))
  const started: Started[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((each) => each.stop()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [port, sandboxPort, modelPort] = [await freePort(), await freePort(), await freePort()]
    const provider = `http://127.0.0.1:${modelPort}`
    const [state, secrets, variables] = [join(folder, 'state'), join(folder, 'secrets'), join(folder, 'variables')]
    const others = ACCOUNTS.map((name) => ({ name, token: TOKEN, app_id: APP.WECHAT_APP_ID, app_secret: APP.WECHAT_APP_SECRET, encoding_aes_key: APP.WECHAT_ENCODING_AES_KEY, original_id: APP.WECHAT_ORIGINAL_ID, ai: 'default' }))
    await writeFile(variables, lines({ ...APP, WECHAT_TOKEN: TOKEN }))
    await writeFile(secrets, lines({ ...APP, WECHAT_TOKEN: TOKEN, ROOT_API_KEY: ROOT_KEY, AI_SANDBOX: `'${provider}/v1 sandbox'`, SIGNING_KEY: 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=', ACCOUNTS: `'${JSON.stringify(others)}'` }))
    const wrangler = join(BIN, 'wrangler')
    await run(wrangler, ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state], { cwd: ROOT, env: environment })

    const sandbox = new Started(SANDBOX, ['--vars', variables, 'serve', '--port', String(sandboxPort)], join(folder, 'sandbox.log'))
    const model = new Started(SANDBOX, ['model', '--addr', `127.0.0.1:${modelPort}`], join(folder, 'model.log'))
    started.push(sandbox, model)
    const own = { WECHAT_API_BASE: `http://127.0.0.1:${sandboxPort}`, WEBHOOK_ALLOW_PRIVATE: 'true' }
    const worker = new Started(wrangler, ['dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', String(await freePort()), '--show-interactive-dev-session=false', '--persist-to', state, '--env-file', secrets, ...Object.entries(own).flatMap(([name, value]) => ['--var', `${name}:${value}`])], join(folder, 'worker.log'))
    started.push(worker)
    const world: Omit<World, 'cookie'> = { url: `http://127.0.0.1:${port}`, sandbox: `http://127.0.0.1:${sandboxPort}`, sandboxPort, rootKey: ROOT_KEY, variables, token: TOKEN, model: provider }
    await Promise.all([sandbox.serves(`${world.sandbox}/sandbox/calls`), model.serves(`${provider}/log`), worker.serves(`${world.url}/healthz`)])
    return { world: { ...world, cookie: await signIn(world.url) }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The sandbox's command, which `make` builds. */
export const SANDBOX = process.env['SANDBOX'] ?? join(ROOT, 'target/debug/sandbox')

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { world, stop } = await start()
  project.provide('world', world)
  return stop
}
