import { t } from '@/locales'
import { isBlank, visible } from './text'

const COLOURS = ['#0B6B46', '#2F5D8C', '#8A5300', '#6B4E9B', '#00707A', '#9A3B63'] as const

/** The same colour for the same user, everywhere. */
export function colourOf(openid: string): string {
  let hash = 0
  for (const character of openid) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return COLOURS[hash % COLOURS.length] ?? COLOURS[0]
}

/** The first character as a reader sees it: an emoji may be several in Unicode. */
function firstOf(text: string): string {
  if (typeof Intl.Segmenter === 'undefined') return Array.from(text)[0] ?? ''
  return [...new Intl.Segmenter().segment(text)][0]?.segment ?? ''
}

export function initialsOf(openid: string, remark?: string | null): string {
  return isBlank(remark) ? openid.slice(-2) : firstOf(visible(remark ?? ''))
}

/** The remark, or the end of the OpenID: WeChat gives no names. */
export function nameOf(openid: string, remark?: string | null): string {
  return remark && !isBlank(remark) ? remark : t('user.unnamed', { end: openid.slice(-4) })
}
