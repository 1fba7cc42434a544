// Calls the deployed worker: its health, its JSON API, and links that sign in to the console.
import { Failure } from './failure.js'

const PATIENCE_MS = 20_000
const BETWEEN_ATTEMPTS_MS = 3000

/**
 * @typedef {object} Health `GET /healthz`
 * @property {string} status
 * @property {string} version
 * @property {string[]} problems
 * @property {string[]} notes
 */

/** @typedef {'unreachable' | 'challenged' | 'foreign'} Obstacle what is in the way of requests to the worker */

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

  /** @returns {Promise<{ health: Health } | { obstacle: Obstacle, says: string }>} */
  async health() {
    let response
    try {
      response = await send(`${this.url}/healthz`)
    } catch (error) {
      return { obstacle: 'unreachable', says: causeOf(error) }
    }
    const isChallenge = response.headers.has('cf-mitigated')
    const body = await response.text().catch(() => '')
    const health = parsed(body)
    if (typeof health?.status === 'string' && Array.isArray(health.problems)) {
      return { health: /** @type {Health} */ (/** @type {unknown} */ (health)) }
    }
    return { obstacle: isChallenge ? 'challenged' : 'foreign', says: `${response.status}` }
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
    let response
    try {
      response = await send(`${this.url}/api/${call}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    } catch (error) {
      throw new Failure(this.#texts.obstacles.unreachable(this.url, causeOf(error)))
    }
    const answer = parsed(await response.text())
    if (response.status === 401) throw new Failure(this.#texts.wrongRootKey)
    if (!response.ok) throw new Failure(this.#texts.callFailed(call, answer?.error?.message ?? `${response.status}`))
    return answer ?? {}
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
}

/**
 * @param {string} url
 * @param {RequestInit} [request]
 */
function send(url, request = {}) {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS), ...request })
}

/** @param {unknown} error of `fetch`, whose message alone says nothing */
function causeOf(error) {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof Error) return /** @type {NodeJS.ErrnoException} */ (cause).code ?? cause.message
  return error instanceof Error ? error.message : String(error)
}

/**
 * @param {string} text
 * @returns {Record<string, any> | undefined}
 */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
