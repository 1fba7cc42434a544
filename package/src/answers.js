// What the operator answers, checked once. Each function returns the value in its normal form, or `undefined` if it is invalid.
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

/** How Cloudflare limits the name of a Worker; `-` because it becomes part of a host name. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,52}[a-z0-9])?$/
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

export const PLANS = /** @type {const} */ (['free', 'paid'])
/** @typedef {(typeof PLANS)[number]} Plan */

/** The megabytes that D1 allows a database on each plan. */
const DATABASE_LIMIT_MB = { free: '500', paid: '10000' }

/** @param {string} text */
export function parseName(text) {
  const name = text.trim().toLowerCase()
  return NAME.test(name) ? name : undefined
}

/**
 * The host of a domain that may be pasted with its scheme or with a path. workers.dev is invalid, because WeChat's servers do
 * not reach it.
 *
 * @param {string} text
 */
export function parseDomain(text) {
  const [pasted = ''] = text.trim().replace(/^https?:\/\//i, '').split('/', 1)
  // domainToASCII also removes tabs and line breaks, which a domain never has.
  if (/[\s\p{Cc}@:?#\\%]/u.test(pasted)) return undefined
  const domain = domainToASCII(pasted).toLowerCase().replace(/\.$/, '')
  const labels = domain.split('.')
  const isValid =
    domain.length <= 253 && labels.length > 1 && labels.every((label) => LABEL.test(label)) && isIP(domain) === 0
  return isValid && !/(^|\.)workers\.dev$/.test(domain) ? domain : undefined
}

/** @param {string} text */
export function parseAppId(text) {
  const appId = text.trim()
  return /^wx[0-9A-Za-z]{16}$/.test(appId) ? appId : undefined
}

/** @param {string} text */
export function parseAppSecret(text) {
  const secret = text.trim()
  return /^[0-9A-Za-z]{32}$/.test(secret) ? secret : undefined
}

/**
 * @param {string} text
 * @returns {Plan | undefined}
 */
export function parsePlan(text) {
  const wanted = text.trim().toLowerCase()
  return PLANS.find((plan) => plan === wanted)
}

/**
 * The variables of the worker that follow from Cloudflare's plan.
 *
 * @param {Plan} plan
 */
export function variablesOf(plan) {
  return { PLAN: plan, DATABASE_LIMIT_MB: DATABASE_LIMIT_MB[plan] }
}
