import { call } from '@/api/call'
import type { MenuOf } from './bar'

/** The menus as they were last published here; absent = none were. */
export async function publishedMenus(signal: AbortSignal): Promise<MenuOf[] | undefined> {
  const newest = (await call('menu/versions', {}, { signal })).versions[0]
  return newest && ((await call('menu/version', { version: newest.version }, { signal })).menus ?? [])
}
