// `console`: a link that signs in to the console once.
import { open } from '../browser.js'
import { readWorker } from '../site.js'

/** @param {import('../context.js').Context} context */
export async function openConsole(context) {
  const { options, terminal, texts } = context
  const { rootKey, worker } = await readWorker(context)
  const link = await worker.consoleLink(rootKey)
  terminal.say(texts.consoleLink(link))
  if (terminal.isInteractive && !options['no-open']) await open(link)
}
