// `doctor`: what the worker says about itself, in words, and what to do about it.
import { readWorker } from '../site.js'

/**
 * @typedef {object} Finding
 * @property {'ok' | 'failed' | 'note'} state
 * @property {string} text
 */

const MARKS = { ok: '✓', failed: '✗', note: '!' }

/** @param {import('../context.js').Context} context */
export async function doctor(context) {
  const { terminal } = context
  let isWell = true
  for await (const { state, text } of findings(context)) {
    terminal.say(`${MARKS[state]} ${text}`)
    if (state === 'failed') isWell = false
  }
  return isWell ? 0 : 1
}

/**
 * @param {import('../context.js').Context} context
 * @returns {AsyncGenerator<Finding>}
 */
async function* findings(context) {
  const { texts } = context
  const { rootKey, worker } = await readWorker(context)
  const answer = await worker.health()
  if ('obstacle' in answer) {
    yield { state: 'failed', text: texts.obstacles[answer.obstacle](worker.url, answer.says) }
    return
  }
  const { problems, version } = answer.health
  yield { state: 'ok', text: texts.answers(worker.url, version) }
  for (const problem of problems) yield { state: 'failed', text: problem }
  const { checks } = await worker.call('account/check', rootKey)
  for (const check of checks) yield ofCheck(check, texts)
  yield* ofSetup(await worker.call('setup/get', rootKey), texts)
  yield* ofCapabilities(await worker.call('account/overview', rootKey), texts)
}

/**
 * @param {{ name: string, ok: boolean, message: string, id?: string, params?: Record<string, string | number> }} check
 * @param {import('../language.js').Texts} texts
 * @returns {Finding}
 */
export function ofCheck({ id, message, name, ok, params = {} }, texts) {
  const label = own(texts.checks, name) ?? name
  if (name === 'encryption' && !message.startsWith('messages must be encrypted')) return { state: 'note', text: texts.plainMode }
  if (ok) return { state: 'ok', text: texts.passed(label, message) }
  if (id === 'ip') return { state: 'failed', text: texts.addressNotListed(String(params.ip ?? '?')) }
  if (id === 'secret') return { state: 'failed', text: texts.wrongAppSecret }
  if (/\b40013\b/.test(message)) return { state: 'failed', text: texts.wrongAppId }
  // WeChat says 48001 for a call that the account may not make.
  if (/\b48001\b/.test(message)) return { state: 'note', text: texts.notPermitted(label) }
  return { state: 'failed', text: own(texts.problems, id ?? '')?.(message) ?? `${label}: ${message}` }
}

/**
 * @template T
 * @param {Record<string, T>} map
 * @param {string} key
 */
function own(map, key) {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/**
 * @param {Record<string, any>} setup
 * @param {import('../language.js').Texts} texts
 * @returns {Generator<Finding>}
 */
export function* ofSetup({ callback_url: url, first_message_at: first, handshakes, rules }, texts) {
  if (rules === 0) yield { state: 'note', text: texts.noRules }
  const [latest] = handshakes
  if (!latest) {
    if (!first) yield { state: 'note', text: texts.neverConnected(url) }
    return
  }
  if (latest.ok) yield { state: 'ok', text: texts.connected }
  else yield { state: 'failed', text: latest.step === 'signature' ? texts.tokenDiffers : texts.handshakeFailed(latest.step) }
}

/**
 * What WeChat has refused to let the account do.
 *
 * @param {Record<string, any>} overview
 * @param {import('../language.js').Texts} texts
 * @returns {Generator<Finding>}
 */
export function* ofCapabilities({ capabilities = {} }, texts) {
  const refused = Object.entries(texts.capabilities).filter(([name]) => capabilities[name]?.state === 'no')
  if (refused.length > 0) yield { state: 'note', text: texts.unverified(refused.map(([, label]) => label)) }
}
