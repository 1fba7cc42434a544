// Cloudflare's API, for what wrangler takes seconds to look up.
import { explain } from './explain.js'
import { Failure } from './failure.js'
import { jsonOf } from './json.js'

const BASE = 'https://api.cloudflare.com/client/v4'
const PATIENCE_MS = 30_000
const PAGE_SIZE = 100
/** An account has fewer of anything. */
const MAX_PAGES = 50

/** @typedef {Record<string, any>} Json */

export class CloudflareError extends Failure {
  /**
   * @param {string} message
   * @param {{ details: string, code?: number | undefined, status?: number }} more
   */
  constructor(message, { details, code, status }) {
    super(message, { details })
    this.code = code
    this.status = status
  }
}

export class CloudflareApi {
  #base
  #headers
  #texts

  /**
   * @param {string | undefined} base
   * @param {Record<string, string>} credentials the headers that authenticate
   * @param {import('./language.js').Texts} texts
   */
  constructor(base, credentials, texts) {
    this.#base = base || BASE
    this.#headers = credentials
    this.#texts = texts
  }

  /**
   * @param {string} path
   * @returns {Promise<any>} the result
   */
  get(path) {
    return this.#send(path, { method: 'GET' })
  }

  /**
   * @param {string} path
   * @param {object} body
   * @returns {Promise<any>} the result
   */
  post(path, body) {
    return this.#send(path, { method: 'POST', body: JSON.stringify(body) })
  }

  /**
   * Everything in a list that has pages.
   *
   * @param {string} path
   * @returns {Promise<Json[]>}
   */
  async list(path) {
    /** @type {Json[]} */
    const all = []
    for (let page = 1; page <= MAX_PAGES; page++) {
      const found = await this.get(`${path}?page=${page}&per_page=${PAGE_SIZE}`)
      all.push(...found)
      if (found.length < PAGE_SIZE) break
    }
    return all
  }

  /**
   * @param {string} path
   * @param {RequestInit} request
   */
  async #send(path, request) {
    const headers = { ...this.#headers, 'content-type': 'application/json' }
    let response, text
    try {
      response = await fetch(this.#base + path, { ...request, headers, signal: AbortSignal.timeout(PATIENCE_MS) })
      text = await response.text()
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      throw new CloudflareError(this.#texts.cloudflare.noNetwork, { details: cause })
    }
    const answer = jsonOf(text)
    if (response.ok && answer?.success) return answer.result
    throw this.#refusal(response.status, answer)
  }

  /**
   * @param {number} status
   * @param {Json | undefined} answer `undefined` if it is not JSON
   */
  #refusal(status, answer) {
    const [{ code, message } = /** @type {Json} */ ({})] = answer?.errors ?? []
    const details = `Cloudflare: ${message ?? `HTTP ${status}`}${code === undefined ? '' : ` [code: ${code}]`}`
    return new CloudflareError(this.#meaning(status, answer, details), { details, code, status })
  }

  /**
   * @param {number} status
   * @param {Json | undefined} answer
   * @param {string} details
   */
  #meaning(status, answer, details) {
    const { cloudflare } = this.#texts
    if (status === 429) return cloudflare.tooManyCalls
    if (status >= 500) return cloudflare.outage
    if (answer === undefined) return cloudflare.notCloudflare
    return status === 401 ? cloudflare.noPermission : explain(details, this.#texts)
  }
}
