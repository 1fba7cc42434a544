import type { RuleWarning } from '@/api/types'
import { t } from '@/locales'

/** A warning in the reader's words, such as 轮不到：第 2 条已接住. */
export function warningWords({ id, by }: RuleWarning): string {
  return t(`lint.${id}`, { n: (by ?? 0) + 1 })
}

/** The first warning of each rule, by position. */
export function byRule(warnings: readonly RuleWarning[]): Map<number, RuleWarning> {
  return new Map([...warnings].reverse().map((warning) => [warning.rule, warning]))
}

/** Of the warnings about a rule that is not saved, its own, and the first about a later rule that it takes messages from. */
export function about(warnings: readonly RuleWarning[], position: number): { own: RuleWarning | undefined; taken: RuleWarning | undefined } {
  return { own: warnings.find((each) => each.rule === position), taken: warnings.find((each) => each.by === position && each.id !== 'behind_default') }
}
