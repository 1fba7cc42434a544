/** Whether scopes allow `{group}:read` or `{group}:write`; write includes read. */
export function allows(scopes: readonly string[], scope: string): boolean {
  return scopes.includes('*') || scopes.includes(scope) || (scope.endsWith(':read') && scopes.includes(scope.replace(/read$/, 'write')))
}
