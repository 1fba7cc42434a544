import { shallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { ListedRule, Rule, RuleHits, RuleWarning } from '@/api/types'
import { repliesOf } from './draft'

const PAGE = 1000
const LAST = 20

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

/** Whether a rule replies to every message that no earlier rule takes. */
export function takesAll(rule: Rule): boolean {
  if (rule.off || rule.hours?.length || rule.valid || !('default' in rule.when)) return false
  return 'ask' in rule || repliesOf(rule).some((reply) => reply.msgtype !== 'silence')
}

/** The rule because of which no message stays unanswered, if there is one. It stands near the end of the list. */
export async function catchAll(): Promise<ListedRule | undefined> {
  if (ruleSet.value) return ruleSet.value.rules.find(takesAll)
  const { total } = await call('rule/list', { limit: 1 })
  const page = await call('rule/list', { limit: LAST, offset: Math.max(0, total - LAST) })
  return (page.rules as ListedRule[]).find(takesAll)
}

/** The list with one rule moved to a position among the others. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  const [one] = next.splice(from, 1)
  if (one !== undefined) next.splice(to, 0, one)
  return next
}
