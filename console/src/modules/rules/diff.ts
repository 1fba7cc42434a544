import type { Rule } from '@/api/types'
import { flat } from '@/ui/difference'
import { partsOf } from './parts'

export interface Change { kind: 'added' | 'removed' | 'moved' | 'changed'; before?: Rule; after?: Rule; from?: number; to?: number; fields: { path: string; label: string; before: string; after: string }[] }

/** What differs between two rules, part by part; by the API's names where the words for a part are the same. */
export function fieldsOf(before: Rule, after: Rule): Change['fields'] {
  const [old, next] = [partsOf(before), partsOf(after)]
  const paths = [...new Set([...old, ...next].map(({ path }) => path))]
  const fields = paths.flatMap((path) => {
    const [was, is] = [old, next].map((parts) => parts.find((part) => part.path === path))
    return was?.words === is?.words ? [] : [{ path, label: (is ?? was)?.label ?? path, before: was?.words ?? '', after: is?.words ?? '' }]
  })
  return fields.length > 0 ? fields : rawFieldsOf(before, after)
}

function rawFieldsOf(before: Rule, after: Rule): Change['fields'] {
  const [old, next] = [flat(before), flat(after)]
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => path !== 'id' && old.get(path) !== next.get(path))
    .map((path) => ({ path, label: path, before: old.get(path) ?? '', after: next.get(path) ?? '' }))
}

/** The rules that keep their order: a longest run of rising positions. */
function staying(positions: readonly number[]): Set<number> {
  const tails: number[] = []
  const before: number[] = []
  positions.forEach((position, index) => {
    let low = 0
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((positions[tails[middle] ?? 0] ?? 0) < position) low = middle + 1
      else high = middle
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = index
  })
  const kept = new Set<number>()
  for (let index = tails.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) kept.add(positions[index] ?? -1)
  return kept
}

/** What changed between two lists of rules, by id. */
export function changesOf(before: readonly Rule[], after: readonly Rule[]): Change[] {
  const old = new Map(before.map((rule, index) => [rule.id ?? `#${index}`, { rule, index }]))
  const ids = after.map((rule, index) => rule.id ?? `#${index}`)
  const kept = staying(ids.flatMap((id) => old.get(id)?.index ?? []))
  const changes: Change[] = after.flatMap((rule, to): Change[] => {
    const was = old.get(ids[to] ?? '')
    if (!was) return [{ kind: 'added', after: rule, to, fields: [] }]
    const fields = fieldsOf(was.rule, rule)
    if (fields.length > 0) return [{ kind: 'changed', before: was.rule, after: rule, from: was.index, to, fields }]
    return kept.has(was.index) ? [] : [{ kind: 'moved', before: was.rule, after: rule, from: was.index, to, fields: [] }]
  })
  const present = new Set(ids)
  return [...changes, ...before.flatMap((rule, from): Change[] => (present.has(rule.id ?? `#${from}`) ? [] : [{ kind: 'removed', before: rule, from, fields: [] }]))]
}
