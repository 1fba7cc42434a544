import { known, t } from '@/locales'
import { isBlank } from '@/ui/text'

/** One line for a message: its text, or its type in brackets. */
export function previewOf(type: string, text?: string | null): string {
  if (text && !isBlank(text)) return text
  const key = `type.${type}`
  return `[${known(key) ? t(key) : t('type.unknown')}]`
}
