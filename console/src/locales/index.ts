import { shallowRef } from 'vue'
import { inBrowser } from '@/app/storage'
import { isolated } from '@/ui/text'
import type zhCN from './zh-CN'

export type Language = 'zh-CN' | 'en'
export type Messages = Record<keyof typeof zhCN, string>
export type Key = keyof Messages
export type Values = Record<string, string | number>

const sources: Record<Language, () => Promise<{ default: Messages }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
}
const STORED = 'mp-worker.language'

export const language = shallowRef<Language>('zh-CN')
const messages = shallowRef<Partial<Messages>>({})

/** Chinese, unless it was chosen otherwise or the browser prefers another language. */
export function preferredLanguage(stored: string | null, browser: readonly string[]): Language {
  if (stored === 'zh-CN' || stored === 'en') return stored
  const first = browser[0]?.toLowerCase()
  return first === undefined || first.startsWith('zh') ? 'zh-CN' : 'en'
}

export async function setLanguage(next: Language, remember = true): Promise<void> {
  messages.value = (await sources[next]()).default
  language.value = next
  document.documentElement.lang = next
  if (remember) inBrowser.setItem(STORED, next)
}

export function startLanguage(): Promise<void> {
  return setLanguage(preferredLanguage(inBrowser.getItem(STORED), navigator.languages), false)
}

/** Fills `{name}` with a value, and `{name:one|many}` with the word for that number. */
export function fill(template: string, values: Values): string {
  return template.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name]
    if (value === undefined) return whole
    if (one === undefined || many === undefined) return typeof value === 'string' ? isolated(value) : String(value)
    return Number(value) === 1 ? one : many
  })
}

/** The text of a key in the present language. */
export function t(key: Key, values: Values = {}): string {
  return fill(messages.value[key] ?? key, values)
}

/** Whether there is a text of this name, for names that the worker makes up. */
export function known(key: string): key is Key {
  return key in messages.value
}
