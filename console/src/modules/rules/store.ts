import { shallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { ListedRule } from '@/api/types'

const PAGE = 1000

export interface RuleSet { rules: ListedRule[]; version: number }
/** The rules of the account as they were last read or changed here. */
export const ruleSet = shallowRef<RuleSet>()
perAccount(() => (ruleSet.value = undefined))

/** Reads all rules; pages of another version than the first are read again. */
export async function loadRules(signal?: AbortSignal): Promise<RuleSet> {
  const options = signal ? { signal } : {}
  const first = await call('rule/list', { limit: PAGE }, options)
  const rules = [...first.rules]
  while (rules.length < first.total) {
    const page = await call('rule/list', { limit: PAGE, offset: rules.length }, options)
    if (page.version !== first.version) return loadRules(signal)
    if (page.rules.length === 0) break
    rules.push(...page.rules)
  }
  ruleSet.value = { rules: rules as ListedRule[], version: first.version }
  return ruleSet.value
}

/** The list with one rule moved to a position among the others. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(to, 0, one)
  return next
}
