// `init`: asks what only the operator knows, generates the rest, and writes the configuration. It asks nothing twice.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

import { parseAppId, parseAppSecret, parseDomain, parseName, parsePlan, variablesOf } from '../answers.js'
import { CONFIG_FILE } from '../config/index.js'
import { JsoncConfig } from '../config/jsonc.js'
import { Failure } from '../failure.js'
import { TEMPLATE, packageSeenFrom } from '../package.js'
import { replaceFile } from '../private-file.js'
import { SECRETS_FILE, completed, readSecrets, writeSecrets } from '../secrets.js'

/** `.mp-worker*` is the lock, and what a run that was killed left unfinished. */
const NOT_FOR_GIT = ['node_modules/', '.wrangler/', SECRETS_FILE, '.mp-worker*', '*.relay.conf', '*.Caddyfile']
const READABLE_BY_ALL = 0o644

/** @param {import('../context.js').Context} context */
export async function init(context) {
  await prepare(context)
  context.terminal.say(context.texts.deployNext)
}

/**
 * The same as the first step of a deployment.
 *
 * @param {import('../context.js').Context} context
 */
export async function prepare(context) {
  const { folder, terminal, texts } = context
  const packagePath = packageSeenFrom(folder, texts)
  const [configPath, secretsPath] = [join(folder, CONFIG_FILE), join(folder, SECRETS_FILE)]
  const config = existsSync(configPath) ? undefined : await configure(configPath, packagePath, context)
  const secrets = await askSecrets(readSecrets(secretsPath, texts), context)

  ignoreInGit(join(folder, '.gitignore'))
  writeSecrets(secretsPath, secrets)
  // Last, because a configuration that is there is taken for finished.
  config?.save()
  terminal.say(texts.initialised(CONFIG_FILE, SECRETS_FILE))
}

/**
 * @param {string} path
 * @param {string} packagePath
 * @param {import('../context.js').Context} context
 */
async function configure(path, packagePath, context) {
  const { folder, options, texts } = context
  const name = await answer(context, options.name, {
    text: texts.askName,
    byDefault: parseName(basename(folder)) ?? 'mp-worker',
    parse: parseName,
    invalid: texts.invalidName,
    instead: '--name',
  })
  const domain = await answer(context, options.domain, {
    text: texts.askDomain,
    parse: parseDomain,
    invalid: texts.invalidDomain,
    instead: '--domain',
  })
  const plan = await answer(context, options.plan, {
    text: texts.askPlan,
    byDefault: 'free',
    parse: parsePlan,
    invalid: texts.invalidPlan,
    instead: '--plan',
  })
  const template = JsoncConfig.read(TEMPLATE, texts)
  const config = new JsoncConfig(path, template.text, texts)
  config.adopt(template, packagePath)
  config.setName(name)
  config.setDomain(domain)
  config.setVariables(variablesOf(plan))
  return config
}

/**
 * @param {import('../secrets.js').Secrets} known
 * @param {import('../context.js').Context} context
 */
async function askSecrets(known, context) {
  const { env, options, terminal, texts } = context
  const secrets = completed(known)
  secrets.WECHAT_APP_ID ??= await answer(context, options['app-id'] ?? env.WECHAT_APP_ID, {
    text: texts.askAppId,
    parse: parseAppId,
    invalid: texts.invalidAppId,
    instead: '--app-id',
  })
  if (secrets.WECHAT_APP_SECRET === undefined) {
    const question = {
      text: texts.askAppSecret,
      parse: parseAppSecret,
      invalid: texts.invalidAppSecret,
      instead: 'WECHAT_APP_SECRET',
    }
    const given = env.WECHAT_APP_SECRET
    secrets.WECHAT_APP_SECRET = given === undefined ? await terminal.askHidden(question) : valid(given, question)
  }
  return secrets
}

/**
 * The answer that an option gives, or else the one that is typed.
 *
 * @template T
 * @param {import('../context.js').Context} context
 * @param {string | undefined} given
 * @param {import('../terminal.js').Question<T>} question
 */
function answer({ terminal }, given, question) {
  return given === undefined ? terminal.ask(question) : valid(given, question)
}

/**
 * @template T
 * @param {string} given
 * @param {import('../terminal.js').Question<T>} question
 */
function valid(given, { parse, invalid, instead }) {
  const value = parse(given)
  if (value === undefined) throw new Failure(`${instead}: ${invalid}`)
  return value
}

/** @param {string} path */
function ignoreInGit(path) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const lines = before.split(/\r?\n/)
  const missing = NOT_FOR_GIT.filter((line) => !lines.includes(line))
  if (missing.length === 0) return
  const end = before === '' || before.endsWith('\n') ? '' : '\n'
  replaceFile(path, `${before}${end}${missing.join('\n')}\n`, READABLE_BY_ALL)
}
