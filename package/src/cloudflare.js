// The steps of a deployment. Each looks at what is there and does only what is missing, so that a run continues where the
// last one stopped.
import { CloudflareError } from './api.js'
import { authenticate } from './credentials.js'
import { Failure } from './failure.js'

/** Close to WeChat's servers and to its users. */
const DATABASE_LOCATION = 'apac'

/**
 * @typedef {object} Site
 * @property {import('./config/index.js').Config} config
 * @property {import('./wrangler.js').Wrangler} wrangler
 * @property {import('./terminal.js').Terminal} terminal
 * @property {import('./language.js').Texts} texts
 */

/** An account of Cloudflare, and what a deployment needs from it. */
export class Account {
  #api
  #path

  /**
   * @param {import('./api.js').CloudflareApi} api
   * @param {string} id
   */
  constructor(api, id) {
    this.#api = api
    this.id = id
    this.#path = `/accounts/${encodeURIComponent(id)}`
  }

  /** @param {string} name */
  async hasWorker(name) {
    const isThere = this.#api.get(`${this.#path}/workers/services/${encodeURIComponent(name)}`)
    return isThere.then(
      () => true,
      (error) => {
        if (error instanceof CloudflareError && error.status === 404) return false
        throw error
      },
    )
  }

  /**
   * The zone that the domain is part of, or `undefined` if the account has none. What may not be looked up counts as there.
   *
   * @param {string} domain
   * @returns {Promise<{ nameServers: string[] } | undefined>}
   */
  async zoneOf(domain) {
    const labels = domain.split('.')
    for (let first = 0; first < labels.length - 1; first++) {
      const name = labels.slice(first).join('.')
      try {
        const [zone] = await this.#api.get(`/zones?name=${encodeURIComponent(name)}&account.id=${encodeURIComponent(this.id)}`)
        if (zone) return { nameServers: zone.name_servers ?? [] }
      } catch (error) {
        if (error instanceof CloudflareError && error.status === 403) return { nameServers: [] }
        throw error
      }
    }
    return undefined
  }

  /**
   * The Worker that the domain leads to, as far as this may be looked up.
   *
   * @param {string} domain
   * @returns {Promise<{ isKnown: boolean, worker?: string }>}
   */
  async ownerOf(domain) {
    try {
      const [found] = await this.#api.get(`${this.#path}/workers/domains?hostname=${encodeURIComponent(domain)}`)
      return { isKnown: true, worker: found?.service }
    } catch (error) {
      if (error instanceof CloudflareError && [403, 404].includes(error.status ?? 0)) return { isKnown: false }
      throw error
    }
  }

  /**
   * The id of the database of this name.
   *
   * @param {string} name
   * @returns {Promise<string | undefined>}
   */
  async findDatabase(name) {
    const databases = await this.#api.list(`${this.#path}/d1/database`)
    return databases.find((database) => database.name === name)?.uuid
  }

  /**
   * @param {string} name
   * @returns {Promise<string>} its id
   */
  async createDatabase(name) {
    const { uuid } = await this.#api.post(`${this.#path}/d1/database`, { name, primary_location_hint: DATABASE_LOCATION })
    return uuid
  }

  /**
   * The id of the KV namespace of this title.
   *
   * @param {string} title
   * @returns {Promise<string | undefined>}
   */
  async findNamespace(title) {
    const namespaces = await this.#api.list(`${this.#path}/storage/kv/namespaces`)
    return namespaces.find((namespace) => namespace.title === title)?.id
  }

  /**
   * @param {string} title
   * @returns {Promise<string>} its id
   */
  async createNamespace(title) {
    const { id } = await this.#api.post(`${this.#path}/storage/kv/namespaces`, { title })
    return id
  }
}

/**
 * Signs in if necessary, and determines which account to use.
 *
 * @param {Site} site
 * @param {NodeJS.ProcessEnv} env
 */
export async function signIn(site, env) {
  const { config, texts, wrangler } = site
  const api = await authenticate(site, env)
  // wrangler lets the configuration win as well.
  const known = config.accountId ?? env.CLOUDFLARE_ACCOUNT_ID
  if (known) return new Account(api, known)
  const accounts = await api.list('/accounts')
  const [first, second] = accounts
  if (!first) throw new Failure(texts.cloudflare.noPermission)
  const id = second ? await choose(accounts, site) : first.id
  wrangler.useAccount(id)
  config.setAccount(id)
  return new Account(api, id)
}

/**
 * @param {import('./api.js').Json[]} accounts
 * @param {Site} site
 * @returns {Promise<string>}
 */
async function choose(accounts, { terminal, texts }) {
  accounts.forEach(({ name }, index) => terminal.say(`  ${index + 1}  ${name}`))
  return terminal.ask({
    text: texts.whichAccount,
    byDefault: '1',
    parse: (typed) => accounts[Number(typed.trim()) - 1]?.id,
    invalid: texts.chooseANumber(accounts.length),
    instead: 'CLOUDFLARE_ACCOUNT_ID',
  })
}

/** @param {Site} site */
export async function migrate({ texts, wrangler }) {
  const { code, output } = await wrangler.attempt(['d1', 'migrations', 'apply', 'DB', '--remote'])
  if (code === 0) return
  const reason = wrangler.failure(output)
  const isOfTheDatabase = reason.message === texts.cloudflare.unknown
  throw isOfTheDatabase ? new Failure(texts.migrationFailed, { details: reason.details }) : reason
}

/**
 * Uploads the worker, and its secrets in the same call. Secrets that are left out stay as they are.
 *
 * @param {Site & { secretsPath: string, secrets: import('./secrets.js').Secrets }} site
 */
export async function upload({ secrets, secretsPath, wrangler }) {
  await wrangler.run(Object.keys(secrets).length > 0 ? ['deploy', '--secrets-file', secretsPath] : ['deploy'])
}
