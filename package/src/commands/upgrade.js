// `upgrade`: the same steps with a newer package.
import { Failure } from '../failure.js'
import { VERSION } from '../package.js'
import { domainOf, readSite } from '../site.js'
import { Worker } from '../worker.js'
import { bringUp } from './deploy.js'

/** @param {import('../context.js').Context} context */
export async function upgrade(context) {
  const site = await readSite(context)
  const { config, terminal, texts } = site
  if (config.databaseId === undefined) throw new Failure(texts.notDeployedYet)
  const running = await runningVersion(context, config)
  if (running && isNewer(running, VERSION)) throw new Failure(texts.wouldDowngrade(running, VERSION))
  terminal.say(texts.upgrading(running, VERSION))
  if (await bringUp(site, context)) terminal.say(texts.checkNext)
}

/**
 * @param {import('../context.js').Context} context
 * @param {import('../config/index.js').Config} config
 */
async function runningVersion({ options, texts }, config) {
  const domain = domainOf(config, texts)
  if (!options.url && !domain) return undefined
  const answer = await Worker.at(options.url, domain, texts).health()
  // What is no version comes from something else, and is not printed.
  return 'health' in answer && /^\d+\.\d+\.\d+$/.test(answer.health.version) ? answer.health.version : undefined
}

/**
 * @param {string} version
 * @param {string} other
 */
export function isNewer(version, other) {
  const [left, right] = [version, other].map((text) => text.split(/[.-]/).slice(0, 3).map(Number))
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
