import { expect, test } from 'vitest'
import { csvOf } from '@/modules/keys/csv'
import { mayGive, roleOf, ROLES, SCOPES } from '@/modules/keys/roles'
import { daysOf } from '@/modules/overview/figures'
import { apiState, chainOf } from '@/modules/setup/steps'
import { pauseOf } from './polling'
import { allows } from './scopes'

test('write includes read, and * everything', () => {
  expect(allows(['rule:write'], 'rule:read')).toBe(true)
  expect(allows(['rule:read'], 'rule:write')).toBe(false)
  expect(allows(['*'], 'key:write')).toBe(true)
  expect(allows(['menu:write'], 'rule:read')).toBe(false)
})

test('roles by scopes, and nobody gives what they lack', () => {
  expect(roleOf([...ROLES.agent].reverse())).toBe('agent')
  expect(roleOf(['message:write'])).toBe('custom')
  expect(mayGive(ROLES.operator, ROLES.agent)).toBe(true)
  expect(mayGive(ROLES.operator, ['key:write'])).toBe(false)
  expect(mayGive(['rule:write'], ['*'])).toBe(false)
  for (const scopes of Object.values(ROLES)) for (const scope of scopes) expect(scope === '*' || SCOPES.includes(scope)).toBe(true)
  expect(ROLES.viewer.every((scope) => scope.endsWith(':read') && scope !== 'token:read')).toBe(true)
})

test('polls slow down while nobody touches the page, and after failures', () => {
  expect(pauseOf(5000, 0, 0)).toBe(5000)
  expect(pauseOf(5000, 3 * 60_000, 0)).toBe(15_000)
  expect(pauseOf(5000, 11 * 60_000, 0)).toBe(60_000)
  expect(pauseOf(5000, 0, 1)).toBe(10_000)
  expect(pauseOf(5000, 0, 20)).toBe(300_000)
})

test('days without figures are zero, and the last is today in Beijing', () => {
  const now = Date.UTC(2026, 10, 25, 17) / 1000
  const days = daysOf([{ date: '2026-11-25', messages: 3, events: 0, followed: 0, unfollowed: 0, outcomes: {} as never }], 2, now)
  expect(days.map(({ date, messages }) => [date, messages])).toEqual([['2026-11-25', 3], ['2026-11-26', 0]])
})

test('the chain breaks where the handshake did', () => {
  expect(chainOf({ at: 0, ok: false, step: 'signature' }).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'failed', 'not_reached'])
  expect(chainOf({ at: 0, ok: true, step: 'answer' }).every(({ state }) => state === 'ok')).toBe(true)
  expect(chainOf(undefined).every(({ state }) => state === 'not_reached')).toBe(true)
})

test('the address that WeChat refuses is found in the check', () => {
  const report = { ok: false, checks: [{ name: 'access_token', ok: false, message: 'm', id: 'ip', params: { ip: '203.0.113.7' } }] }
  expect(apiState(report)).toEqual({ state: 'failed', message: 'm', problem: 'ip', ip: '203.0.113.7' })
})

test('no cell of a CSV file begins a formula', () => {
  expect(csvOf(['a'], [['=1+1'], ['x,"y"']])).toBe('\uFEFFa\r\n\'=1+1\r\n"x,""y"""\r\n')
})
