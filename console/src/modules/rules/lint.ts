import type { Rule } from '@/api/types'

export interface Warning { id: 'unreachable' | 'duplicate' | 'behind_default'; rule: number; by: number; word?: string }

const list = (value: string | string[] | null | undefined): string[] => (value === null || value === undefined ? [] : Array.isArray(value) ? value : [value])
/** Full width as half width, upper case as lower, without white space around. */
export const folded = (text: string): string => text.replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).replaceAll('\u3000', ' ').toLowerCase().trim()

/** Whether a rule decides whatever meets its condition, at any time. */
const always = (rule: Rule & { off?: boolean }): boolean => !rule.off && !rule.continue && (rule.hours ?? []).length === 0 && !rule.valid
const keyword = (rule: Rule): { words: string[]; match: string; fold: boolean } | undefined => {
  if (!('keyword' in rule.when)) return undefined
  const { exact, contains, prefix, fold } = rule.when.keyword
  const match = exact ? 'exact' : contains ? 'contains' : prefix ? 'prefix' : 'regex'
  const words = list(exact ?? contains ?? prefix)
  return { match, words: fold ? words.map(folded) : words, fold: fold ?? false }
}

/** Whether every text that contains, begins with or equals `word` meets the earlier keyword first. */
function catches(earlier: { words: string[]; match: string; fold: boolean }, word: string, match: string): boolean {
  const text = earlier.fold ? folded(word) : word
  return earlier.words.some((each) => {
    if (earlier.match === 'contains') return text.includes(each)
    if (earlier.match === 'prefix') return match !== 'contains' && text.startsWith(each)
    return earlier.match === 'exact' && match === 'exact' && text === each
  })
}

/** What is wrong with the order of the rules, by position. Regular expressions are not compared. */
export function lint(rules: readonly (Rule & { off?: boolean })[]): Warning[] {
  const warnings: Warning[] = []
  let fallback = -1
  const deciding: { at: number; keyword: NonNullable<ReturnType<typeof keyword>> }[] = []
  const seen = new Map<string, number>()
  rules.forEach((rule, at) => {
    if (rule.off) return
    const isMessage = 'keyword' in rule.when || 'message' in rule.when || 'default' in rule.when
    if (isMessage && fallback >= 0) {
      warnings.push({ id: 'behind_default', rule: at, by: fallback })
      return
    }
    const own = keyword(rule)
    if (own && own.match !== 'regex') {
      const by = own.words.map((word) => deciding.find((each) => (!each.keyword.fold && own.fold ? false : catches(each.keyword, word, own.match)))?.at)
      if (by.length > 0 && by.every((each) => each !== undefined)) warnings.push({ id: 'unreachable', rule: at, by: by[0] ?? 0 })
      else {
        const word = own.words.find((each) => seen.has(each))
        if (word !== undefined) warnings.push({ id: 'duplicate', rule: at, by: seen.get(word) ?? 0, word })
      }
      // A rule of some hours leaves its words to a later one for the others.
      if (always(rule)) {
        own.words.forEach((word) => seen.has(word) || seen.set(word, at))
        deciding.push({ at, keyword: own })
      }
    }
    if ('default' in rule.when && always(rule)) fallback = at
  })
  return warnings
}
