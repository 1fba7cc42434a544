// What wrangler's and Cloudflare's errors mean, and what to do about them.
import { stripVTControlCharacters } from 'node:util'

/** @typedef {Exclude<keyof import('./language.js').Texts['cloudflare'], 'unknown'>} Explanation */

/**
 * The first that matches counts. The codes are those of Cloudflare's API.
 *
 * @type {[RegExp, Explanation][]}
 */
const SIGNS = [
  [/\[code: (10000|9109|9106|6003|6111)\]|Authentication (error|failed)|Invalid access token|Unable to authenticate/i, 'noPermission'],
  [/Not logged in|You need to (be logged|login)|non-interactive environment.*CLOUDFLARE_API_TOKEN|CLOUDFLARE_API_TOKEN environment/is, 'notSignedIn'],
  [/More than one account available/i, 'severalAccounts'],
  [/Could not find zone/i, 'domainElsewhere'],
  [/\[code: (100117|100116)\]|Custom Domain.*was skipped|externally managed DNS/i, 'domainTaken'],
  [/\[code: 10034\]|verify your email/i, 'emailUnverified'],
  [/\[code: 10072\]|cron triggers.*(limit|exceed)/i, 'tooManyCrons'],
  [/\[code: (7406|7402)\]|maximum number of (D1 )?databases/i, 'tooManyDatabases'],
  [/\[code: 7404\]|Couldn't find (a )?(D1 )?DB|database .* (could )?not (be )?found/i, 'databaseGone'],
  [/\[code: 10014\]|KV namespace with the title .* already exists/i, 'namespaceTaken'],
  [/\[code: 7502\]|database with that name already exists/i, 'databaseTaken'],
  [/-> 429|too many requests|rate.?limit|\[code: (971|10429)\]/i, 'tooManyCalls'],
  [/-> 5\d\d|\[code: (10013|10001)\]|internal (server )?error|service unavailable/i, 'outage'],
  [/malformed response|<!doctype|<html/i, 'notCloudflare'],
  [/fetch failed|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|Connection error|socket hang up|terminated|Unable to resolve|network connectivity/i, 'noNetwork'],
]

/** The mark that wrangler puts before an error. */
const MARK = '✘'
const FOR_DEVELOPERS = /^.*think this is a bug.*\n?/gm

/**
 * What wrangler complained about, without what it printed before: its tables contain words that would be mistaken for the cause.
 *
 * @param {string} output of wrangler
 */
export function complaintOf(output) {
  const plain = stripVTControlCharacters(output)
  const start = plain.indexOf(MARK)
  return (start === -1 ? plain : plain.slice(start)).replace(FOR_DEVELOPERS, '').replace(/\n\s*\n\s*\n/g, '\n\n').trim()
}

/**
 * @param {string} complaint
 * @param {import('./language.js').Texts} texts
 */
export function explain(complaint, texts) {
  const found = SIGNS.find(([sign]) => sign.test(complaint))
  return found ? texts.cloudflare[found[1]] : texts.cloudflare.unknown
}
