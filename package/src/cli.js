// Reads the command line, runs the command, and says what went wrong.
import { Failure } from './failure.js'
import { textsFor } from './language.js'
import { chosenLanguage, parseCommandLine } from './options.js'
import { VERSION } from './package.js'
import { explainSystem, isOfTheSystem } from './system.js'
import { Terminal } from './terminal.js'

/** @typedef {(context: import('./context.js').Context) => Promise<number | void>} Command an exit code, or 0 */

/** @type {Record<string, () => Promise<Command>>} */
const COMMANDS = {
  init: async () => (await import('./commands/init.js')).init,
  deploy: async () => (await import('./commands/deploy.js')).deploy,
  upgrade: async () => (await import('./commands/upgrade.js')).upgrade,
  values: async () => (await import('./commands/values.js')).values,
  doctor: async () => (await import('./commands/doctor.js')).doctor,
  console: async () => (await import('./commands/console.js')).openConsole,
  dev: async () => (await import('./commands/dev.js')).dev,
  relay: async () => (await import('./commands/relay.js')).relay,
}
/** Those that take operands. */
const WITH_OPERANDS = ['relay']

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
export async function run(args, env) {
  endWithItsReader(process.stdout)
  let texts = textsFor(undefined, env)
  try {
    texts = textsFor(chosenLanguage(args), env)
    return await perform(args, env, texts)
  } catch (error) {
    if (isOfTheSystem(error)) console.error(explainSystem(/** @type {NodeJS.ErrnoException} */ (error), texts))
    else if (error instanceof Failure) console.error(`${error.details ? `${error.details.trim()}\n\n` : ''}${error.message}`)
    // A mistake of ours, whose trace helps to find it.
    else throw error
    return 1
  }
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./language.js').Texts} texts
 */
async function perform(args, env, texts) {
  const { command, operands, options } = parseCommandLine(args, texts)
  const terminal = new Terminal(process.stdin, process.stdout, texts)
  if (options.version) {
    terminal.say(VERSION)
    return 0
  }
  if (options.help || !command || command === 'help') {
    terminal.say(texts.usage)
    return command || options.help ? 0 : 1
  }
  const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  // What was typed is not repeated: it may be a secret.
  if (!load) throw new Failure(texts.unknownCommand)
  if (operands.length > 0 && !WITH_OPERANDS.includes(command)) throw new Failure(texts.noOperands(command))
  const carryOut = await load()
  return (await carryOut({ folder: process.cwd(), env, options, operands, terminal, texts })) ?? 0
}

/**
 * Ends the program without a word when nothing reads its output any more, as in `mp-worker doctor | head -1`.
 *
 * @param {NodeJS.WritableStream} output
 */
function endWithItsReader(output) {
  output.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
}
