import { allows } from '@/app/scopes'

export type Role = 'agent' | 'operator' | 'developer' | 'viewer' | 'admin' | 'custom'
export type NamedRole = Exclude<Role, 'custom'>

/** The groups of the API, and those that only the gateway has. */
export const GROUPS = ['message', 'user', 'tag', 'template', 'rule', 'menu', 'qrcode', 'webhook', 'assistant', 'stats', 'account', 'key', 'jssdk', 'token', 'privacy', 'media'] as const
const READ_ONLY_WRITES = new Set(['stats', 'account', 'jssdk', 'token'])

const AGENT = ['message:write', 'user:write', 'tag:write', 'template:write', 'media:write']
export const ROLES: Record<NamedRole, readonly string[]> = {
  agent: AGENT,
  operator: [...AGENT, 'rule:write', 'assistant:write', 'menu:write', 'qrcode:write', 'stats:read', 'account:read'],
  developer: ['webhook:write', 'message:write', 'rule:read', 'stats:read', 'account:read'],
  viewer: GROUPS.filter((group) => group !== 'token' && group !== 'privacy').map((group) => `${group}:read`),
  admin: ['*'],
}
export const ROLE_NAMES = Object.keys(ROLES) as NamedRole[]

/** Every scope that a key can have; groups that nothing is written in have only `read`. */
export const SCOPES: readonly string[] = GROUPS.flatMap((group) => (group === 'privacy' ? ['privacy:write'] : READ_ONLY_WRITES.has(group) ? [`${group}:read`] : [`${group}:read`, `${group}:write`]))

export function roleOf(scopes: readonly string[]): Role {
  const sorted = [...scopes].sort().join()
  return ROLE_NAMES.find((role) => [...ROLES[role]].sort().join() === sorted) ?? (scopes.includes('*') ? 'admin' : 'custom')
}

/** Whether a key with `mine` may grant `wanted`: only scopes that it has. */
export function mayGive(mine: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((scope) => (scope === '*' ? mine.includes('*') : allows(mine, scope)))
}
