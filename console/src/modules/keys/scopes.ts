import { known, t } from '@/locales'

/** Groups of which nothing is viewed or managed: the scope is one thing. */
const SINGLE = new Set(['jssdk', 'token', 'privacy'])

const nameOf = (group: string): string => {
  const key = `scope.${group}`
  return known(key) ? t(key) : group
}

/** A scope as the label of a checkbox: 查看会话. */
export function scopeWords(scope: string): string {
  const [group = '', access = ''] = scope.split(':')
  if (SINGLE.has(group)) return nameOf(group).replace(/^[a-z](?=\w+ )/, (first) => first.toUpperCase())
  // Between Chinese and Latin characters there is a space: 查看 access_token.
  return t(access === 'write' ? 'scope.write' : 'scope.read', { what: nameOf(group) }).replace(/(\p{Script=Han})(?=[A-Za-z])/u, '$1 ')
}

/** What the scopes of a key allow, group by group: 会话、用户、规则（只读）. */
export function scopesWords(scopes: readonly string[]): string {
  if (scopes.includes('*')) return t('scope.all')
  const written = new Set(scopes.filter((scope) => scope.endsWith(':write')).map((scope) => scope.split(':')[0]))
  const named = scopes.flatMap((scope) => {
    const [group = '', access = ''] = scope.split(':')
    if (SINGLE.has(group) || access === 'write') return [nameOf(group)]
    return written.has(group) ? [] : [t('scope.viewed', { what: nameOf(group) })]
  })
  return named.join(t('rule.or'))
}
