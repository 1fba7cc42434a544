// Calls the deployed worker: its health, its JSON API, and links that sign in to the console.
import { Failure } from './failure.js'
import { jsonOf } from './json.js'

const PATIENCE_MS = 20_000
const BETWEEN_ATTEMPTS_MS = 3000

/**
 * @typedef {object} Health `GET /healthz`
 * @property {string} status
 * @property {string} version
 * @property {string[]} problems
 * @property {string[]} notes
 */

/** @typedef {keyof import('./language.js').Texts['obstacles']} Obstacle what is in the way of requests to the worker */
/** @typedef {{ obstacle: Obstacle, says: string }} Hindrance */

/** The codes of Node.js for a TLS handshake that fails, or a certificate that is not trusted. */
const OF_TLS = /CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|UNABLE_TO_/

export class Worker {
  #texts

  /**
   * @param {string} url without a trailing slash
   * @param {import('./language.js').Texts} texts
   */
  constructor(url, texts) {
    this.url = url
    this.#texts = texts
  }

  /**
   * @param {string | undefined} text the value of `--url`
   * @param {string | undefined} domain of the configuration
   * @param {import('./language.js').Texts} texts
   */
  static at(text, domain, texts) {
    const address = text ?? (domain && `https://${domain}`)
    if (!address) throw new Failure(texts.noDomain)
    const url = URL.canParse(address) ? new URL(address) : undefined
    // A key must not cross a network in the clear.
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname))
    if (!url || !isSafe || url.username || url.password) throw new Failure(texts.invalidUrl)
    return new Worker(url.origin, texts)
  }

  /** @returns {Promise<{ health: Health } | Hindrance>} */
  async health() {
    const reply = await this.#ask('/healthz', {})
    if ('obstacle' in reply) return reply
    const { json, status } = reply
    if (typeof json.status === 'string' && Array.isArray(json.problems)) {
      return { health: /** @type {Health} */ (/** @type {unknown} */ (json)) }
    }
    return { obstacle: 'foreign', says: `HTTP ${status}` }
  }

  /**
   * Waits until the worker answers at its domain, whose certificate takes some minutes the first time.
   *
   * @param {number} patience in milliseconds
   */
  async isUpWithin(patience) {
    const end = Date.now() + patience
    for (;;) {
      if ('health' in (await this.health())) return true
      if (Date.now() + BETWEEN_ATTEMPTS_MS > end) return false
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_ATTEMPTS_MS))
    }
  }

  /**
   * @param {string} call such as `account/check`
   * @param {string} key
   * @param {object} [body]
   * @returns {Promise<Record<string, any>>}
   */
  async call(call, key, body = {}) {
    const reply = await this.#ask(`/api/${call}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if ('obstacle' in reply) throw new Failure(this.#texts.obstacles[reply.obstacle](this.url, reply.says))
    const { json, status } = reply
    if (status === 401) throw new Failure(this.#texts.wrongRootKey)
    if (status >= 300) throw new Failure(this.#texts.callFailed(call, json.error?.message ?? `HTTP ${status}`))
    return json
  }

  /**
   * A link that signs in to the console once, within ten minutes.
   *
   * @param {string} key
   */
  async consoleLink(key) {
    const { ticket } = await this.call('session/ticket', key)
    return `${this.url}/console/#/sign-in?ticket=${encodeURIComponent(ticket)}`
  }

  /**
   * Everything that the worker answers is a JSON object.
   *
   * @param {string} path
   * @param {RequestInit} request
   * @returns {Promise<{ json: Record<string, any>, status: number } | Hindrance>}
   */
  async #ask(path, request) {
    let response, text
    try {
      response = await fetch(this.url + path, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS), ...request })
      text = await response.text()
    } catch (error) {
      const says = causeOf(error)
      return { obstacle: OF_TLS.test(says) ? 'untrusted' : 'unreachable', says }
    }
    const json = jsonOf(text)
    if (json && !Array.isArray(json)) return { json, status: response.status }
    const isBlocked = response.status === 403 && response.headers.get('server') === 'cloudflare'
    const isStopped = isBlocked || response.headers.has('cf-mitigated')
    return { obstacle: isStopped ? 'challenged' : 'foreign', says: `HTTP ${response.status}` }
  }
}

/** @param {unknown} error of `fetch`, whose message alone says nothing */
function causeOf(error) {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error) return /** @type {NodeJS.ErrnoException} */ (cause).code ?? cause.message
  return error instanceof Error ? error.message : String(error)
}
