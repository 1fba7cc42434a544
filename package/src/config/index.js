// The configuration that wrangler reads, whichever of its formats it has.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { Failure } from '../failure.js'
import { JsoncConfig } from './jsonc.js'

/**
 * @typedef {object} Config
 * @property {string} path
 * @property {string} text the file as it would be saved
 * @property {string | undefined} name of the Worker
 * @property {string | undefined} domain
 * @property {string | undefined} accountId of Cloudflare
 * @property {string | undefined} databaseId
 * @property {string | undefined} databaseName
 * @property {string | undefined} namespaceId
 * @property {(id: string) => void} setAccount
 * @property {(name: string, id: string) => void} setDatabase
 * @property {(id: string) => void} setNamespace
 * @property {() => void} save
 */

export const CONFIG_FILE = 'wrangler.jsonc'

/**
 * @param {string} path
 * @param {import('../language.js').Texts} texts
 * @returns {Promise<Config>}
 */
export async function readConfig(path, texts) {
  const file = resolve(path)
  if (!existsSync(file)) throw new Failure(texts.configMissing(file))
  if (!file.endsWith('.toml')) return JsoncConfig.read(file, texts)
  // Only a checkout of the source has it, and its parser: the package needs neither.
  const toml = await import('./toml.js').catch(() => undefined)
  if (!toml) throw new Failure(texts.tomlNeedsTheSource)
  return toml.TomlConfig.read(file, texts)
}
