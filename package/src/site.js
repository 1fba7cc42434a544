// A deployment as its folder describes it: the configuration, the secrets, and the worker that they belong to.
import { dirname, join } from 'node:path'

import { parseDomain, parseName } from './answers.js'
import { CONFIG_FILE, readConfig } from './config/index.js'
import { Failure } from './failure.js'
import { SECRETS_FILE, readSecrets } from './secrets.js'
import { Worker } from './worker.js'
import { Wrangler } from './wrangler.js'

/**
 * The configuration, the secrets, and a wrangler that never shows them.
 *
 * @param {import('./context.js').Context} context
 */
export async function readSite({ env, folder, options, terminal, texts }) {
  const config = await readConfig(options.config ?? join(folder, CONFIG_FILE), texts)
  const home = dirname(config.path)
  const secretsPath = join(home, SECRETS_FILE)
  const secrets = readSecrets(secretsPath, texts)
  const wrangler = new Wrangler(home, env, texts)
  wrangler.hide(Object.values(secrets))
  return { config, secrets, secretsPath, terminal, texts, wrangler }
}

/**
 * The deployed worker, and the root API key that it knows.
 *
 * @param {import('./context.js').Context} context
 */
export async function readWorker(context) {
  const { env, terminal, texts } = context
  const { config, secrets } = await readSite(context)
  const worker = Worker.at(context.options.url, domainOf(config, texts), texts)
  const key = env.ROOT_API_KEY ?? secrets.ROOT_API_KEY
  const typed = () =>
    terminal.askHidden({
      text: texts.askRootKey,
      parse: (text) => text.trim() || undefined,
      invalid: texts.missing,
      instead: 'ROOT_API_KEY',
    })
  return { config, secrets, worker, rootKey: key ?? (await typed()) }
}

/**
 * @param {import('./config/index.js').Config} config
 * @param {import('./language.js').Texts} texts
 */
export function nameOf({ name, path }, texts) {
  if (!name || parseName(name) !== name) throw new Failure(`${path}: "name": ${texts.invalidName}`)
  return name
}

/**
 * The domain that WeChat calls, if there is one yet.
 *
 * @param {import('./config/index.js').Config} config
 * @param {import('./language.js').Texts} texts
 */
export function domainOf({ domain, path }, texts) {
  if (domain !== undefined && parseDomain(domain) === undefined) throw new Failure(`${path}: "routes": ${texts.invalidDomain}`)
  return domain
}
