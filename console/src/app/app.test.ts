import { beforeAll, describe, expect, test } from 'vitest'
import { mayGive, roleOf, ROLES, SCOPES } from '@/modules/keys/roles'
import { scopesWords, scopeWords } from '@/modules/keys/scopes'
import { daysOf } from '@/modules/overview/figures'
import { faceOf } from '@/modules/overview/problems'
import { checkWords } from '@/modules/setup/checks'
import { apiState, chainOf, commandOf, newestAttempt, serverState } from '@/modules/setup/steps'
import { csvOf } from './csv'
import { pauseOf } from './polling'
import { allows } from './scopes'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})
const NOW = Date.UTC(2026, 10, 26, 6, 32) / 1000

test('write includes read, and * everything', () => {
  expect(allows(['rule:write'], 'rule:read')).toBe(true)
  expect(allows(['rule:read'], 'rule:write')).toBe(false)
  expect(allows(['*'], 'key:write')).toBe(true)
  expect(allows(['menu:write'], 'rule:read')).toBe(false)
})

test('roles by scopes, and a key grants only scopes that it has', () => {
  expect(roleOf([...ROLES.agent].reverse())).toBe('agent')
  expect(roleOf(['message:write'])).toBe('custom')
  expect(mayGive(ROLES.operator, ROLES.agent)).toBe(true)
  expect(mayGive(ROLES.operator, ['key:write'])).toBe(false)
  expect(mayGive(['rule:write'], ['*'])).toBe(false)
  for (const scopes of Object.values(ROLES)) for (const scope of scopes) expect(scope === '*' || SCOPES.includes(scope)).toBe(true)
  expect(ROLES.viewer.every((scope) => scope.endsWith(':read') && scope !== 'token:read')).toBe(true)
})

test('scopes in words', () => {
  expect(scopesWords(['*'])).toBe('全部权限')
  expect(scopesWords(['message:read', 'message:write', 'rule:read', 'token:read'])).toBe('会话、规则（只读）、access_token')
  for (const scope of SCOPES) expect(scopeWords(scope)).not.toContain(':')
})

test('polls slow down without input, and after failures', () => {
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
  // Spreadsheets in East Asia take the wide signs as well.
  for (const wide of ['＝1+1', '＋1', '－1', '＠a']) expect(csvOf([], [[wide]])).toContain(`'${wide}`)
  expect(csvOf([], [['\n=1']])).toContain('"\'\n=1"')
})

describe('problems and checks are worded by their ids', () => {
  const face = (id: string, params: Record<string, string | number> = {}, since?: number) => faceOf({ id, severity: 'failed', params, ...(since !== undefined && { since }) }, NOW)
  test('with what they count, and since when', () => {
    expect(face('dead', { n: 37, name: '订单系统', webhook: 'w' }, NOW - 600)).toMatchObject({ title: '订单系统：37 条推送已放弃', since: '14:22 起' })
    expect(face('dead', { n: 100 }).title).toBe('99+ 条推送已放弃')
    expect(face('size', { bytes: 430e6, limit: 500e6, days: 9 })).toMatchObject({ title: '数据库还能用 9 天', detail: '已用 430 / 500 MB，可缩短 RETENTION_DAYS' })
    expect(face('callback', { step: 'time', skew: -920 }).detail).toBe('时间戳相差 920 秒')
    expect(face('unheld').detail).toBe('未命中规则的用户收不到回复')
  })
  test('in the words of the worker where the id is new', () => {
    expect(face('brand_new', { message: 'look here' })).toMatchObject({ title: '有问题需要处理', detail: 'look here' })
    expect(checkWords({ name: 'brand_new', ok: true, message: 'fine' }, undefined, NOW)).toBe('fine')
  })
  test('checks', () => {
    expect(checkWords({ name: 'quota', ok: true, message: 'm', params: { used: 120, limit: 500_000 } }, undefined, NOW)).toBe('今日已用 120 / 50 万')
    expect(checkWords({ name: 'access_token', ok: false, message: 'm', id: 'ip', params: { ip: '203.0.113.7' } }, undefined, NOW)).toBe('IP 不在白名单：微信不接受来自 203.0.113.7 的调用')
  })
})

describe('what the set-up page concludes', () => {
  const empty = { callback_url: '', mode: 'secure' as const, variables: [], handshakes: [], refused: [], rules: 0, require_encryption: true, original_id: false, root_key_used: false }
  const failed = { at: 10, ok: false, step: 'signature' as const }
  test('a message that was taken outweighs what a stranger sent', () => {
    expect(serverState({ ...empty, refused: [{ at: 20, step: 'decrypt' }] }, true)).toBe('done')
    expect(serverState({ ...empty, refused: [{ at: 20, step: 'decrypt' }] }, false)).toBe('failed')
    expect(serverState({ ...empty, handshakes: [{ at: 20, ok: true, step: 'answer' }, failed] }, false)).toBe('done')
    expect(serverState(empty, false)).toBe('waiting')
  })
  test('the newest attempt counts, and breaks in its link', () => {
    expect(newestAttempt({ ...empty, handshakes: [failed], refused: [{ at: 20, step: 'mode' }] })).toEqual({ at: 20, ok: false, step: 'mode' })
    expect(chainOf({ at: 0, ok: false, step: 'recipient' }).at(-1)).toEqual({ link: 'answer', state: 'failed' })
  })
  test('the command for a variable', () => {
    expect(commandOf('WECHAT_TOKEN')).toBe('npx wrangler secret put WECHAT_TOKEN')
    expect(commandOf('ACCOUNTS[0].token')).toBe('npx wrangler secret put ACCOUNTS')
  })
})
