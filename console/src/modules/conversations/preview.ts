import { known, t } from '@/locales'

/** One line for a message: its text, or its type in brackets. */
export function previewOf(type: string, text?: string | null): string {
  if (text) return text
  const key = `type.${type}`
  return `[${known(key) ? t(key) : t('type.unknown')}]`
}
