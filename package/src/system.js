// What an error of the operating system means to the operator.

/** @typedef {Exclude<keyof import('./language.js').Texts['system'], 'other'>} Cause */

/** @type {Record<string, Cause>} */
const CAUSES = { EACCES: 'denied', EDQUOT: 'full', ENOSPC: 'full', EPERM: 'denied', EROFS: 'denied' }

/** @param {unknown} error */
export function isOfTheSystem(error) {
  return error instanceof Error && 'syscall' in error
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {import('./language.js').Texts} texts
 */
export function explainSystem({ code = '', message, path = '' }, { system }) {
  const cause = Object.hasOwn(CAUSES, code) ? CAUSES[code] : undefined
  return cause ? system[cause](path) : system.other(message)
}
