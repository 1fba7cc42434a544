import { known, t } from '@/locales'
import { beijing } from '@/ui/format'
import type { Bubble } from './thread'

/** An event as one grey line, such as 点击菜单「今日推荐」 09:12. */
export function eventWords({ shown, time, result }: Bubble): string {
  if (shown.kind !== 'event') return ''
  const name = shown.event.toLowerCase()
  const key = shown.key?.replace(/^qrscene_/, '')
  const withKey = `event.${name}.key`
  const plain = `event.${name}`
  const words = result ? t(`event.templatesendjobfinish.${result}`) : key !== undefined && known(withKey) ? t(withKey, { key }) : known(plain) ? t(plain) : t('event.other', { event: shown.event })
  return `${words} ${beijing(time).clock}`
}
