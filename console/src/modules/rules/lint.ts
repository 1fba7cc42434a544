import { computed, onUnmounted, shallowRef, watch, type ComputedRef } from 'vue'
import { call } from '@/api/call'
import type { RuleWarning } from '@/api/types'
import { t } from '@/locales'
import { ruleSet } from './store'

/** A warning in the reader's words, such as 不会生效：第 2 条会先回复. */
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

type Unsaved = NonNullable<Parameters<typeof call<'rule/lint'>>[1]['draft']>
const LINT_AFTER_MS = 500

/** What the worker thinks of a rule that is not saved, asked once typing pauses. `unsaved` is absent while the rule is incomplete. */
export function useLint(unsaved: () => Unsaved | undefined): ComputedRef<ReturnType<typeof about>> {
  const warnings = shallowRef<readonly RuleWarning[]>([])
  let asking: AbortController | undefined
  let pausing: ReturnType<typeof setTimeout> | undefined
  function stop(): void {
    asking?.abort()
    clearTimeout(pausing)
  }
  async function ask(draft: Unsaved): Promise<void> {
    const { signal } = (asking = new AbortController())
    const answer = await call('rule/lint', { draft }, { signal }).catch(() => ({ warnings: [] }))
    if (!signal.aborted) warnings.value = answer.warnings
  }
  watch(() => [JSON.stringify(unsaved()), ruleSet.value?.version], () => {
    stop()
    const draft = unsaved()
    if (draft) pausing = setTimeout(() => void ask(draft), LINT_AFTER_MS)
    else warnings.value = []
  })
  onUnmounted(stop)
  return computed(() => about(warnings.value, unsaved()?.position ?? -1))
}
