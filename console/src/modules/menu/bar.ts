import type { Answer } from '@/api/call'
import type { MenuButton } from '@/api/types'

export type MenuOf = Answer<'menu/draft'>['menus'][number]
/** A button: its menu, its place in the bar, and its place in the submenu. */
export interface Spot { menu: number; button: number; sub?: number }

export const MOST_BUTTONS = 3
export const MOST_SUB_BUTTONS = 5
/** How many Chinese characters of a name phones show. */
export const SHOWN_CHARACTERS = { bar: 4, sub: 8 } as const

/** The button at a place of a menu. */
export function buttonIn(menu: MenuOf | undefined, spot: Spot | undefined): MenuButton | undefined {
  const top = spot && menu?.button[spot.button]
  return spot?.sub === undefined ? top : top?.sub_button?.[spot.sub]
}

/** What the buttons of menus are called, by the KEY or address that an event has. The first menu of a key names it. */
export function namesOf(menus: readonly MenuOf[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const button of menus.flatMap((menu) => menu.button.flatMap((top) => [top, ...(top.sub_button ?? [])]))) {
    const key = button.key ?? button.url
    if (key && button.name && !names.has(key)) names.set(key, button.name)
  }
  return names
}
