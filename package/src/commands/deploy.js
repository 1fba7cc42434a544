// `deploy`: from the configuration to a running worker. The database is migrated before the code that needs it is uploaded.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { open } from '../browser.js'
import { migrate, signIn, upload } from '../cloudflare.js'
import { CONFIG_FILE } from '../config/index.js'
import { JsoncConfig } from '../config/jsonc.js'
import { hasAddress } from '../dns.js'
import { Failure } from '../failure.js'
import { exclusively } from '../lock.js'
import { TEMPLATE, packageSeenFrom } from '../package.js'
import { domainOf, nameOf, readSite } from '../site.js'
import { Worker } from '../worker.js'
import { prepare } from './init.js'
import { pasted } from './values.js'

/** A new domain gets its certificate within some minutes. */
const CERTIFICATE_MS = 180_000

/** @typedef {Awaited<ReturnType<typeof readSite>>} Site */

/** @param {import('../context.js').Context} context */
export async function deploy(context) {
  const { folder, options } = context
  const isFirst = !options.config && !existsSync(join(folder, CONFIG_FILE))
  if (isFirst && !options['dry-run']) await prepare(context)
  const site = await readSite(context)
  if (await bringUp(site, context)) await present(site, context)
}

/**
 * @param {Site} site
 * @param {import('../context.js').Context} context
 * @returns {Promise<boolean>} whether the worker was deployed, and not only rehearsed
 */
export async function bringUp(site, context) {
  const { config, secrets, terminal, texts } = site
  const home = dirname(config.path)
  if (config instanceof JsoncConfig) config.adopt(JsoncConfig.read(TEMPLATE, texts), packageSeenFrom(home, texts))
  if (context.options['dry-run']) {
    await provide(site, await admitted(site, context), true)
    terminal.say(texts.wouldMigrate)
    terminal.say(texts.wouldUpload(Object.keys(secrets)))
    terminal.say(texts.rehearsed)
    return false
  }
  await exclusively(home, texts, async () => {
    await provide(site, await admitted(site, context), false)
    config.save()
    terminal.say(texts.migrating)
    await migrate(site)
    terminal.say(texts.uploading)
    await upload(site)
  })
  terminal.say(texts.uploaded)
  return true
}

/**
 * The account, once the operator is signed in and nothing of it is taken away from something else.
 *
 * @param {Site} site
 * @param {import('../context.js').Context} context
 */
async function admitted(site, context) {
  const account = await signIn(site, context.env)
  await refuseForeign(site, account, context)
  return account
}

/**
 * Refuses to take over what this folder did not make, unless that is wanted, and a domain that Cloudflare would refuse.
 *
 * @param {Site} site
 * @param {import('../cloudflare.js').Account} account
 * @param {import('../context.js').Context} context
 */
async function refuseForeign({ config, texts }, account, context) {
  const [name, domain] = [nameOf(config, texts), domainOf(config, texts)]
  const zone = domain === undefined ? undefined : await account.zoneOf(domain)
  if (domain && !zone) throw new Failure(texts.cloudflare.domainElsewhere)
  const isOurs = config.databaseId !== undefined && config.namespaceId !== undefined
  if (!isOurs && !context.options.adopt && (await account.hasWorker(name))) throw new Failure(texts.nameTaken(name))
  if (!domain || !zone || context.options['replace-domain']) return
  const { isKnown, worker } = await account.ownerOf(domain)
  if (worker === name || (isOurs && !isKnown)) return
  if (worker === undefined && !(await hasAddress(domain, zone.nameServers))) return
  await askToReplace(texts.domainInUse(domain, worker), context)
}

/**
 * Asks before the domain is taken away from something else: wrangler redirects it without a word.
 *
 * @param {string} inUse says what has the domain
 * @param {import('../context.js').Context} context
 */
async function askToReplace(inUse, { options, terminal, texts }) {
  if (options['dry-run']) return terminal.say(inUse)
  if (!terminal.isInteractive) throw new Failure(`${inUse} ${texts.replaceDomain}`)
  terminal.say(inUse)
  if (!(await terminal.confirm(texts.askReplaceDomain))) throw new Failure(texts.domainKept)
}

/**
 * Creates the database and the KV namespace, and writes each id as soon as it is known.
 *
 * @param {Site} site
 * @param {import('../cloudflare.js').Account} account
 * @param {boolean} isRehearsal
 */
async function provide({ config, terminal, texts }, account, isRehearsal) {
  const name = nameOf(config, texts)
  if (config.databaseId === undefined) {
    const database = config.databaseName ?? `${name}-db`
    let id = await account.findDatabase(database)
    if (id === undefined) {
      terminal.say(texts.creatingDatabase(database, isRehearsal))
      id = isRehearsal ? '' : await account.createDatabase(database)
    }
    if (!isRehearsal) keep(config, () => config.setDatabase(database, id))
  }
  if (config.namespaceId === undefined) {
    const title = `${name}-kv`
    let id = await account.findNamespace(title)
    if (id === undefined) {
      terminal.say(texts.creatingNamespace(title, isRehearsal))
      id = isRehearsal ? '' : await account.createNamespace(title)
    }
    if (!isRehearsal) keep(config, () => config.setNamespace(id))
  }
}

/**
 * @param {import('../config/index.js').Config} config
 * @param {() => void} change
 */
function keep(config, change) {
  change()
  config.save()
}

/**
 * Says what is left to do, and opens the console where it is waited for WeChat.
 *
 * @param {Site} site
 * @param {import('../context.js').Context} context
 */
async function present({ config, secrets, terminal, texts }, { options }) {
  if (!config.domain) return terminal.say(texts.domainMissing(config.path))
  const worker = new Worker(`https://${config.domain}`, texts)
  if (await isConnected(worker, secrets)) return terminal.say(texts.checkNext)
  terminal.say(texts.nextSteps)
  // A log of continuous integration is no place for them.
  terminal.say(terminal.isInteractive ? pasted(worker.url, secrets, texts) : texts.showValues)
  terminal.say(texts.lastStep)
  if (!terminal.isInteractive || options['no-open'] || !secrets.ROOT_API_KEY) return
  terminal.say(texts.waitingForDomain(config.domain))
  if (!(await worker.isUpWithin(CERTIFICATE_MS))) return terminal.say(texts.domainNotUpYet)
  const link = await worker.consoleLink(secrets.ROOT_API_KEY)
  terminal.say(texts.consoleLink(link))
  await open(link)
}

/**
 * Whether WeChat calls the worker already, so that nothing is left to do.
 *
 * @param {Worker} worker
 * @param {import('../secrets.js').Secrets} secrets
 */
async function isConnected(worker, { ROOT_API_KEY: key }) {
  if (!key) return false
  const setup = await worker.call('setup/get', key).catch(() => undefined)
  return Boolean(setup?.first_message_at || setup?.handshakes?.[0]?.ok)
}
