// The command line. It takes no secrets: a process list and the shell's history would keep them.
import { parseArgs } from 'node:util'

import { Failure } from './failure.js'

const OPTIONS = /** @type {const} */ ({
  adopt: { type: 'boolean' },
  'app-id': { type: 'string' },
  config: { type: 'string' },
  domain: { type: 'string' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  host: { type: 'string' },
  lang: { type: 'string' },
  name: { type: 'string' },
  'no-open': { type: 'boolean' },
  plan: { type: 'string' },
  port: { type: 'string' },
  'replace-domain': { type: 'boolean' },
  reset: { type: 'boolean' },
  url: { type: 'string' },
  version: { type: 'boolean', short: 'v' },
})

/** @typedef {ReturnType<typeof parseArgs<{ options: typeof OPTIONS, allowPositionals: true }>>['values']} Options */

/** @typedef {keyof typeof OPTIONS} Option */

/** @type {Option[]} */
const OF_ALL = ['help', 'lang', 'version']
/** @type {Option[]} */
const OF_INIT = ['app-id', 'domain', 'name', 'plan']
/** @type {Option[]} */
const OF_DEPLOY = ['adopt', 'config', 'dry-run', 'no-open', 'replace-domain']
/** @type {Record<string, Option[]>} */
const OF_COMMAND = {
  init: OF_INIT,
  // It begins with the questions of `init` if they were not answered yet.
  deploy: [...OF_INIT, ...OF_DEPLOY],
  upgrade: [...OF_DEPLOY, 'url'],
  values: ['config'],
  doctor: ['config', 'url'],
  console: ['config', 'no-open', 'url'],
  dev: ['no-open', 'port', 'reset'],
  relay: ['host'],
}

/** Names that someone might give a secret as an option. */
const SECRET = /secret|token|key|password/i

/**
 * The value of `--lang`, which decides the language of everything else that is said about the command line.
 *
 * @param {string[]} args
 */
export function chosenLanguage(args) {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true })
  const lang = tokens.findLast((token) => token.kind === 'option' && token.name === 'lang')
  return lang?.kind === 'option' ? lang.value : undefined
}

/**
 * @param {string[]} args
 * @param {import('./language.js').Texts} texts
 */
export function parseCommandLine(args, texts) {
  const { positionals, tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true })
  const [command, ...operands] = positionals
  for (const token of tokens) if (token.kind === 'option') refuseWrong(token, command, texts)
  const { values } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  return { command, operands, options: values }
}

/**
 * @param {{ name: string, value: string | undefined }} token
 * @param {string | undefined} command
 * @param {import('./language.js').Texts} texts
 */
function refuseWrong({ name, value }, command, texts) {
  // The value is never repeated: it may be a secret.
  if (!isOption(name)) throw new Failure(SECRET.test(name) ? texts.secretAsOption : texts.unknownOption(shown(name)))
  if ((OPTIONS[name].type === 'string') !== (value !== undefined)) throw new Failure(texts.optionNeedsValue(name))
  const own = command !== undefined && Object.hasOwn(OF_COMMAND, command) ? OF_COMMAND[command] : undefined
  if (own && !own.includes(name) && !OF_ALL.includes(name)) throw new Failure(texts.optionOfAnother(name, command ?? ''))
}

/**
 * @param {string} name
 * @returns {name is Option}
 */
function isOption(name) {
  return Object.hasOwn(OPTIONS, name)
}

/** @param {string} name */
function shown(name) {
  return name.replace(/[^\w-]/g, '?').slice(0, 30)
}
