// Reads the command line, runs the command, and says what went wrong.
import { Failure } from './failure.js'
import { textsFor } from './language.js'
import { parseCommandLine } from './options.js'
import { VERSION } from './package.js'
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
  try {
    const { command, operands, options, texts } = parseCommandLine(args, (chosen) => textsFor(chosen, env))
    const terminal = new Terminal(process.stdin, process.stdout, texts)
    if (options.version) {
      terminal.say(VERSION)
      return 0
    }
    if (options.help || !command) {
      terminal.say(texts.usage)
      return command || options.help ? 0 : 1
    }
    const load = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
    // An operand is not repeated: it may be a secret.
    if (!load || (operands.length > 0 && !WITH_OPERANDS.includes(command))) throw new Failure(texts.unknownCommand)
    const perform = await load()
    return (await perform({ folder: process.cwd(), env, options, operands, terminal, texts })) ?? 0
  } catch (error) {
    const isOfTheSystem = error instanceof Error && 'syscall' in error
    // Anything else is a mistake of ours, whose trace helps to find it.
    if (!(error instanceof Failure) && !isOfTheSystem) throw error
    if (error instanceof Failure && error.details) console.error(error.details.trimEnd())
    console.error(error.message)
    return 1
  }
}
