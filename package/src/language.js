// The language of the texts: Chinese on a Chinese system, otherwise English.
import { Failure } from './failure.js'
import { en } from './texts/en.js'
import { zhCN } from './texts/zh-CN.js'

/** @typedef {typeof en} Texts */

/**
 * @param {string | undefined} chosen the value of `--lang`
 * @param {NodeJS.ProcessEnv} env
 * @returns {Texts}
 */
export function textsFor(chosen, env) {
  if (chosen !== undefined && !/^(zh|en)\b|^(zh|en)_/i.test(chosen)) throw new Failure(`${en.invalidLanguage}\n${zhCN.invalidLanguage}`)
  return isChinese(chosen ?? systemLanguage(env)) ? zhCN : en
}

/** @param {string} language */
function isChinese(language) {
  return /^zh\b|^zh_/i.test(language)
}

/**
 * The variables that POSIX names, in its order of precedence. Windows sets none of them.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function systemLanguage(env) {
  const set = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value)
  return set ?? Intl.DateTimeFormat().resolvedOptions().locale
}
