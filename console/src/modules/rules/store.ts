import { shallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { ListedRule, RuleHits, RuleWarning } from '@/api/types'

const PAGE = 1000

export interface RuleSet { rules: ListedRule[]; version: number; hits: ReadonlyMap<string, RuleHits> }
/** The rules of the account as they were last read or changed here. */
export const ruleSet = shallowRef<RuleSet>()

/** What is probably a mistake in them, as the worker says. */
export const warnings = shallowRef<readonly RuleWarning[]>([])
perAccount(() => {
  ruleSet.value = undefined
  warnings.value = []
})

/** Asks for the warnings of the rules; until there is an answer, and without one, there are none. */
export async function loadWarnings(signal?: AbortSignal): Promise<void> {
  warnings.value = (await call('rule/lint', {}, signal ? { signal } : {}).catch(() => undefined))?.warnings ?? []
}

/** Reads all rules; pages of another version than the first are read again. */
export async function loadRules(signal?: AbortSignal): Promise<RuleSet> {
  const options = signal ? { signal } : {}
  const first = await call('rule/list', { limit: PAGE, hits: true }, options)
  const rules = [...first.rules]
  const hits = [...(first.hits ?? [])]
  while (rules.length < first.total) {
    const page = await call('rule/list', { limit: PAGE, offset: rules.length, hits: true }, options)
    if (page.version !== first.version) return loadRules(signal)
    if (page.rules.length === 0) break
    rules.push(...page.rules)
    hits.push(...(page.hits ?? []))
  }
  const listed = rules as ListedRule[]
  ruleSet.value = { rules: listed, version: first.version, hits: new Map(hits.map((each, index) => [listed[index]?.id ?? '', each])) }
  return ruleSet.value
}

/** The list with one rule moved to a position among the others. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(to, 0, one)
  return next
}
