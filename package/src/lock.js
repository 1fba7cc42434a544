// One deployment of a folder at a time: two would create and migrate the same things.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Failure } from './failure.js'

export const LOCK_FILE = '.mp-worker.lock'

/**
 * Runs `use` while no other process does so in this folder. A process that was killed holds nothing.
 *
 * @template T
 * @param {string} folder
 * @param {import('./language.js').Texts} texts
 * @param {() => Promise<T>} use
 */
export async function exclusively(folder, texts, use) {
  const path = join(folder, LOCK_FILE)
  acquire(path, texts)
  try {
    return await use()
  } finally {
    rmSync(path, { force: true })
  }
}

/**
 * @param {string} path
 * @param {import('./language.js').Texts} texts
 */
function acquire(path, texts) {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    const holder = Number(readFileSync(path, 'utf8'))
    if (isRunning(holder)) throw new Failure(texts.alreadyRunning(holder, path))
    writeFileSync(path, `${process.pid}\n`)
  }
}

/** @param {number} pid */
function isRunning(pid) {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Another user's process may not be signalled.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
