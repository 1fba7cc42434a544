// Files that only their owner may read. They are replaced as a whole, so that an interrupted write leaves the old one.
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tmpdir } from 'node:os'

const OWNER_ONLY = 0o600

/**
 * @param {string} path
 * @param {string} text
 * @param {number} [mode]
 */
export function replaceFile(path, text, mode = OWNER_ONLY) {
  const unfinished = join(dirname(path), `.mp-worker-${process.pid}.tmp`)
  rmSync(unfinished, { force: true })
  try {
    const file = openSync(unfinished, 'wx', mode)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(unfinished, path)
  } catch (error) {
    // The operator knows this file, not the unfinished one.
    throw error instanceof Error ? Object.assign(error, { path }) : error
  } finally {
    rmSync(unfinished, { force: true })
  }
}

/**
 * The text of a file, without the mark that some editors on Windows begin it with.
 *
 * @param {string} path
 */
export function readText(path) {
  return readFileSync(path, 'utf8').replace(/^\ufeff/, '')
}

/**
 * Runs `use` with a private file that exists only meanwhile.
 *
 * @template T
 * @param {string} name
 * @param {string} text
 * @param {(path: string) => Promise<T>} use
 */
export async function withPrivateFile(name, text, use) {
  // Its mode is 0700.
  const folder = mkdtempSync(join(tmpdir(), 'mp-worker-'))
  try {
    const path = join(folder, name)
    replaceFile(path, text)
    return await use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
