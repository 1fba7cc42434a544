// The secrets of a deployment: generated here, kept in one file that only its owner may read, and uploaded with the worker.
import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'

import { Failure } from './failure.js'
import { readText, replaceFile } from './private-file.js'

export const SECRETS_FILE = '.secrets.json'

/** @typedef {Record<string, string>} Secrets by the name of the Worker secret */

/** The secrets that are generated, not asked for. */
const GENERATED = {
  WECHAT_TOKEN: () => lettersAndDigits(24),
  WECHAT_ENCODING_AES_KEY: () => lettersAndDigits(32),
  ROOT_API_KEY: () => randomBytes(32).toString('base64url'),
  SIGNING_KEY: () => randomBytes(32).toString('base64'),
}

/**
 * Random bytes in Base64 that happens to have letters and digits only, as WeChat's forms demand. One in four does.
 *
 * @param {number} bytes
 */
export function lettersAndDigits(bytes) {
  for (;;) {
    const text = randomBytes(bytes).toString('base64').replace(/=+$/, '')
    if (/^[0-9A-Za-z]+$/.test(text)) return text
  }
}

/**
 * The same secrets, and those that can be generated and are missing.
 *
 * @param {Secrets} secrets
 * @returns {Secrets}
 */
export function completed(secrets) {
  const missing = Object.entries(GENERATED).filter(([name]) => !secrets[name])
  return { ...secrets, ...Object.fromEntries(missing.map(([name, generate]) => [name, generate()])) }
}

/**
 * @param {string} path
 * @param {import('./language.js').Texts} texts
 * @returns {Secrets} none if the file does not exist
 */
export function readSecrets(path, texts) {
  if (!existsSync(path)) return {}
  // Windows has no such modes.
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    throw new Failure(texts.secretsReadableByOthers(path))
  }
  // The parser's message would quote the file.
  const value = parse(readText(path))
  if (!isTextByName(value)) throw new Failure(texts.secretsUnreadable(path))
  return value
}

/**
 * @param {string} path
 * @param {Secrets} secrets
 */
export function writeSecrets(path, secrets) {
  replaceFile(path, `${JSON.stringify(secrets, null, 2)}\n`)
}

/** @param {string} text */
function parse(text) {
  try {
    return /** @type {unknown} */ (JSON.parse(text))
  } catch {
    return undefined
  }
}

/**
 * @param {unknown} value
 * @returns {value is Secrets}
 */
function isTextByName(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  )
}
