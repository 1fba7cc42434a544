export interface Difference { path: string; before: string; after: string }

/** Fields of an object by path, as short texts. */
export function flat(value: unknown, path = ''): Map<string, string> {
  if (value === undefined) return new Map()
  if (typeof value !== 'object' || value === null) return new Map([[path, String(value)]])
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return new Map([[path, value.join('、')]])
  const entries = Array.isArray(value) ? value.map((each, index): [string, unknown] => [`${path}[${index}]`, each]) : Object.entries(value).map(([key, each]): [string, unknown] => [path ? `${path}.${key}` : key, each])
  return new Map(entries.flatMap(([key, each]) => [...flat(each, key)]))
}

/** The fields that differ between two objects, in the order of the first. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [old, next] = [flat(before), flat(after)]
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => old.get(path) !== next.get(path))
    .map((path) => ({ path, before: old.get(path) ?? '', after: next.get(path) ?? '' }))
}
