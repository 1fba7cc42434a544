// What every command gets.

/**
 * @typedef {object} Context
 * @property {string} folder where the command runs
 * @property {NodeJS.ProcessEnv} env
 * @property {Options} options
 * @property {string[]} operands what follows the command, such as `nginx` of `relay nginx`
 * @property {import('./terminal.js').Terminal} terminal
 * @property {import('./language.js').Texts} texts
 */

/** @typedef {import('./options.js').Options} Options */

export {}
