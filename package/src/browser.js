// Opens a link in the browser. A process list shows the arguments of every program, so a link that signs in goes through a
// file that only its owner may read.
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

import { withPrivateFile } from './private-file.js'

/** How long a browser may take to read the file. */
const READING_MS = 15_000

/** @type {Partial<Record<NodeJS.Platform, [string, ...string[]]>>} */
const OPENERS = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }

/**
 * @param {string} link
 * @param {number} readingMs how long the file stays
 */
export async function open(link, readingMs = READING_MS) {
  const target = JSON.stringify(link).replaceAll('<', '\\u003c')
  const page = `<!doctype html><meta name="referrer" content="no-referrer"><script>location.replace(${target})</script>`
  await withPrivateFile('console.html', page, async (file) => {
    const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open']
    const browser = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true })
    // Without a desktop there is no browser; the link is printed as well.
    const failed = new Promise((resolve) => browser.once('error', resolve))
    browser.unref()
    /** @type {NodeJS.Timeout | undefined} */
    let timer
    await Promise.race([failed, new Promise((resolve) => (timer = setTimeout(resolve, readingMs)))])
    clearTimeout(timer)
  })
}
