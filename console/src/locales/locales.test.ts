import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fill, preferredLanguage } from '.'
import en from './en'
import zhCN from './zh-CN'

const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/(?<!\{)\{(\w+)[:}]/g)].map((match) => match[1] ?? ''))].sort()

test('both languages have the same texts, with the same values', () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(zhCN).sort())
  for (const [key, text] of Object.entries(zhCN)) expect([key, placeholders(en[key as keyof typeof zhCN])]).toEqual([key, placeholders(text)])
})

test('the words of section 6 are kept', () => {
  for (const text of Object.values(zhCN)) expect(text).not.toMatch(/粉丝|渠道码|群发|机器人(?!防护)|触发|令牌|您|！/)
})

test('every text is used, and nothing is shown that is not a text', () => {
  const root = new URL('..', import.meta.url).pathname
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes('locales') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, name), 'utf8'))
    .join('\n')
  const composed = ['outcome.', 'by.', 'type.', 'errcode.', 'issue.', 'event.', 'follow.', 'filter.', 'rule.kind.', 'rule.match.', 'rule.mode.', 'day.', 'days.', 'lint.', 'diff.', 'role.', 'setup.', 'step.', 'check.', 'theme.', 'account.', 'problem.', 'verdict.', 'reply.', 'media.types.', 'why.', 'call.', 'scope.', 'field.', 'assistants.begin.', 'assistant.slow.', 'assistant.location.', 'assistant.links.', 'assistant.text.', 'backend.mode.', 'backend.slow.', 'backend.secret.', 'delivery.', 'simulator.act.', 'template.opens.', 'template.hint.', 'template.wrong.', 'template.result.', 'stats.by.', 'provider.failed.', 'settings.theme.', 'menu.type.', 'menu.hint.', 'menu.platform.', 'menu.state.', 'menu.field.', 'qrcode.reply.', 'complaint.']
  const unused = Object.keys(zhCN).filter((key) => !sources.includes(`'${key}'`) && !composed.some((prefix) => key.startsWith(prefix)))
  expect(unused).toEqual([])
  expect(sources).not.toContain('v-html')
})

test('every call that the audit lists has words', () => {
  const { paths } = JSON.parse(readFileSync(new URL('../../../public/openapi.json', import.meta.url), 'utf8')) as { paths: Record<string, { post?: { description?: string } }> }
  // As `Endpoint::is_change` in src/api/audit.rs has it.
  const changes = Object.entries(paths)
    .filter(([, { post }]) => /Needs the scope `(?!message:)\w+:write`/.test(post?.description ?? ''))
    .map(([path]) => path.replace('/api/', ''))
    .filter((call) => call !== 'template/send')
  expect(changes.length).toBeGreaterThan(30)
  expect(changes.filter((call) => !(`call.${call}` in zhCN))).toEqual([])
})

test('what WeChat refuses of tags, menus, codes, templates and material has words', () => {
  for (const errcode of [40004, 40005, 40007, 40009, 40018, 40025, 40037, 40053, 40055, 43004, 43019, 45001, 45056, 45057, 45058, 45059, 45157, 45158, 45159, 47003, 65301, 65303, 65316, 65317]) expect(Object.keys(zhCN)).toContain(`errcode.${errcode}`)
})

test('values are filled in, and English chooses the word for a number', () => {
  expect(fill('{n} {n:rule|rules}', { n: 1 })).toBe('1 rule')
  expect(fill('{n} {n:rule|rules}', { n: 2 })).toBe('2 rules')
  expect(fill('代入 {{字段}} {missing}', {})).toBe('代入 {{字段}} {missing}')
})

test('Chinese, unless another language was chosen or is preferred', () => {
  expect(preferredLanguage(null, ['zh-TW'])).toBe('zh-CN')
  expect(preferredLanguage(null, [])).toBe('zh-CN')
  expect(preferredLanguage(null, ['de-DE', 'zh'])).toBe('en')
  expect(preferredLanguage('zh-CN', ['en'])).toBe('zh-CN')
})
