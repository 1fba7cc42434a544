import { t } from '@/locales'

const COLOURS = ['#0B6B46', '#2F5D8C', '#8A5300', '#6B4E9B', '#00707A', '#9A3B63'] as const

/** The same colour for the same user, everywhere. */
export function colourOf(openid: string): string {
  let hash = 0
  for (const character of openid) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return COLOURS[hash % COLOURS.length] ?? COLOURS[0]
}

export function initialsOf(openid: string, remark?: string | null): string {
  return remark ? (Array.from(remark)[0] ?? '') : openid.slice(-2)
}

/** The remark, or the end of the OpenID: WeChat gives no names. */
export function nameOf(openid: string, remark?: string | null): string {
  return remark ? remark : t('user.unnamed', { end: openid.slice(-4) })
}
