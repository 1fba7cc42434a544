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

/** Names that someone might give a secret as an option. */
const SECRET = /secret|token|key|password/i

/**
 * @param {string[]} args
 * @param {(chosen: string | undefined) => import('./language.js').Texts} textsIn
 */
export function parseCommandLine(args, textsIn) {
  const { tokens } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true })
  const lang = tokens.findLast((token) => token.kind === 'option' && token.name === 'lang')
  const texts = textsIn(lang?.kind === 'option' ? lang.value : undefined)
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const known = Object.hasOwn(OPTIONS, token.name) ? OPTIONS[/** @type {keyof typeof OPTIONS} */ (token.name)] : undefined
    // The value is never repeated: it may be a secret.
    if (!known) throw new Failure(SECRET.test(token.name) ? texts.secretAsOption : texts.unknownOption(shown(token.name)))
    if ((known.type === 'string') !== (token.value !== undefined)) throw new Failure(texts.optionNeedsValue(token.name))
  }
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [command, ...operands] = positionals
  return { command, operands, options: values, texts }
}

/** @param {string} name */
function shown(name) {
  return name.replace(/[^\w-]/g, '?').slice(0, 30)
}
