import { known, t } from '@/locales'
import type { MenuOf } from './bar'
import type { MatchRule } from './model'

export const PLATFORMS = ['1', '2', '3'] as const

/** Who sees a conditional menu, in a few words. */
export function matchWords(match: MatchRule | null | undefined, tags: ReadonlyMap<number, string>): string {
  const tag = match?.tag_id ?? match?.group_id
  const platform = match?.client_platform_type
  const words = [
    ...(tag === undefined || tag === null || tag === '' ? [] : [tags.get(Number(tag)) ?? t('menu.tag', { id: String(tag) })]),
    ...(PLATFORMS.some((each) => each === String(platform)) ? [t(`menu.platform.${String(platform) as '1'}`)] : []),
  ]
  return words.join(' · ') || t('menu.somebody')
}

/** A field of a draft in words: 默认 › 服务 › 人工 · 名称. */
export function fieldWords(path: string, menus: readonly MenuOf[], tags: ReadonlyMap<number, string>): string {
  const match = /^(?:menus)?\[(\d+)\](?:\.button\[(\d+)\])?(?:\.sub_button\[(\d+)\])?\.?(.*)$/.exec(path)
  if (!match) return path
  const [, menu = '0', button, sub, field = ''] = match
  const one = menus[Number(menu)]
  const top = button === undefined ? undefined : one?.button[Number(button)]
  const names = [one?.matchrule ? matchWords(one.matchrule, tags) : t('menu.default'), ...(button === undefined ? [] : [top?.name || String(Number(button) + 1)]), ...(sub === undefined ? [] : [top?.sub_button?.[Number(sub)]?.name || String(Number(sub) + 1)])]
  const key = `menu.field.${field}`
  return `${names.join(' › ')}${field === '' ? '' : ` · ${known(key) ? t(key) : field}`}`
}

/** Menus with words in place of WeChat's names and numbers, to be compared by a reader. */
export function worded(menus: readonly MenuOf[], tags: ReadonlyMap<number, string>): unknown {
  return JSON.parse(JSON.stringify(menus), (key, value: unknown) => {
    const words = key === 'type' ? `menu.type.${String(value)}` : `menu.platform.${String(value)}`
    if ((key === 'type' || key === 'client_platform_type') && known(words)) return t(words)
    return key === 'tag_id' || key === 'group_id' ? (tags.get(Number(value)) ?? value) : value
  })
}
