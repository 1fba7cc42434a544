// Asks questions on a terminal. Without a terminal, a question fails and names the option that answers it.
import { createInterface } from 'node:readline/promises'

import { Failure } from './failure.js'

const [CTRL_C, CTRL_D, BACKSPACE, DELETE, ENTER, LINE_FEED, ESCAPE] = ['\x03', '\x04', '\b', '\x7f', '\r', '\n', '\x1b']

/** @typedef {import('node:tty').ReadStream | import('node:stream').Readable & { isTTY?: boolean, setRawMode?: (raw: boolean) => void }} Input */
/** @typedef {NodeJS.WritableStream & { isTTY?: boolean }} Output */

/**
 * @template T
 * @typedef {object} Question
 * @property {string} text what is asked
 * @property {string} [byDefault] the answer to an empty line
 * @property {(text: string) => T | undefined} parse
 * @property {string} invalid what an invalid answer gets
 * @property {string} instead how to answer without a terminal: an option or a variable
 */

export class Terminal {
  #input
  #output
  #texts

  /**
   * @param {Input} input
   * @param {Output} output
   * @param {import('./language.js').Texts} texts
   */
  constructor(input, output, texts) {
    this.#input = input
    this.#output = output
    this.#texts = texts
  }

  /** Whether there is a terminal to ask on. */
  get isInteractive() {
    return Boolean(this.#input.isTTY && this.#output.isTTY) && !process.env.CI
  }

  /** @param {string} [text] */
  say(text = '') {
    this.#output.write(`${text}\n`)
  }

  /**
   * @template T
   * @param {Question<T>} question
   * @returns {Promise<T>}
   */
  ask(question) {
    return this.#untilValid(question, (prompt) => this.#line(prompt))
  }

  /**
   * A question whose answer is no unless it is yes.
   *
   * @param {string} text
   */
  confirm(text) {
    return this.ask({ text, byDefault: 'no', parse: (typed) => /^\s*(y|yes|是)\s*$/i.test(typed), invalid: '', instead: '' })
  }

  /**
   * The same without showing what is typed.
   *
   * @template T
   * @param {Question<T>} question
   * @returns {Promise<T>}
   */
  askHidden(question) {
    return this.#untilValid(question, (prompt) => this.#hiddenLine(prompt))
  }

  /**
   * @template T
   * @param {Question<T>} question
   * @param {(prompt: string) => Promise<string>} read
   */
  async #untilValid({ text, byDefault, parse, invalid, instead }, read) {
    if (!this.isInteractive) throw new Failure(this.#texts.cannotAsk(text, instead))
    const prompt = byDefault === undefined ? `${text}: ` : `${text} [${byDefault}]: `
    for (;;) {
      const line = await read(prompt)
      const answer = parse(line.trim() === '' ? (byDefault ?? '') : line)
      if (answer !== undefined) return answer
      this.say(invalid)
    }
  }

  /** @param {string} prompt */
  async #line(prompt) {
    const lines = createInterface({ input: this.#input, output: this.#output, terminal: true })
    const interrupted = new AbortController()
    const interrupt = () => interrupted.abort()
    lines.once('SIGINT', interrupt).once('close', interrupt)
    try {
      return await lines.question(prompt, { signal: interrupted.signal })
    } catch {
      throw new Failure(this.#texts.stopped)
    } finally {
      // Closing also removes its listeners from the input, which would show what is typed next.
      lines.close()
    }
  }

  /** @param {string} prompt */
  async #hiddenLine(prompt) {
    // Before the prompt, so that nothing is shown that is typed early.
    this.#input.setRawMode?.(true)
    this.#output.write(prompt)
    try {
      return await this.#characters()
    } finally {
      this.#input.setRawMode?.(false)
      this.#input.pause()
      this.say()
    }
  }

  /** @returns {Promise<string>} */
  #characters() {
    const input = this.#input
    return new Promise((resolve, reject) => {
      let line = ''
      const end = (/** @type {() => void} */ settle) => {
        input.off('data', read)
        input.off('end', stop)
        settle()
      }
      const stop = () => end(() => reject(new Failure(this.#texts.stopped)))
      const read = (/** @type {Buffer | string} */ chunk) => {
        const typed = chunk.toString()
        // An arrow key, or another sequence that is no text.
        if (typed.startsWith(ESCAPE) && !typed.includes('[200~')) return
        for (const character of typed.replace(/\x1b\[20[01]~/g, '')) {
          if (character === ENTER || character === LINE_FEED) return end(() => resolve(line))
          if (character === CTRL_C || character === CTRL_D) return stop()
          line = character === BACKSPACE || character === DELETE ? line.slice(0, -1) : line + character
        }
      }
      input.on('data', read)
      input.once('end', stop)
      input.resume()
    })
  }
}
