import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { providerWords } from './failure'

beforeAll(async () => {
  Object.assign(globalThis, { document: { documentElement: {} }, localStorage: { setItem() {} } })
  const { setLanguage } = await import('@/locales')
  await setLanguage('zh-CN')
})
const source = (file: string): string => readFileSync(new URL(`../../../../src/${file}`, import.meta.url), 'utf8')

test('a secret that is missing or malformed is named', () => {
  expect(providerWords('deepseek: its secret AI_DEEPSEEK is missing')).toBe('deepseek：未设置 AI_DEEPSEEK')
  expect(providerWords('AI_DEEPSEEK is missing; zhipu: it answered 401 (1001): the key is not valid')).toBe('未设置 AI_DEEPSEEK；zhipu：API Key 无效')
  expect(providerWords('its secret AI_X must begin with https://')).toBe('AI_X 的格式不对')
})

test('every sentence of the worker about a provider has words', () => {
  const failures = source('assistants/failure.rs').split('#[cfg(test)]')[0] ?? ''
  const sentences = [...failures.matchAll(/"((?:its?|the) [^"]{8,})"/g), ...source('assistants/reader.rs').matchAll(/"((?:its answer|it only|it could|it answered)[^"]+)"/g), ...source('edge/bindings/fetch.rs').matchAll(/"((?:it did not answer|it could not be|its answer)[^"]+)"/g)]
    .map(([, sentence = '']) => sentence.replace('{status}', '500').replace('{code}', ' (1001)').replace(/\{\w+\}/, '7'))
  expect(sentences.length).toBeGreaterThan(20)
  for (const sentence of sentences) expect(providerWords(`deepseek: ${sentence}`), sentence).toMatch(/[一-龥]/)
})
