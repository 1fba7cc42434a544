import { call } from '@/api/call'
import type { MenuOf } from './bar'

/** The menus as they were last published here; absent = none were. */
export async function publishedMenus(signal?: AbortSignal): Promise<MenuOf[] | undefined> {
  const options = signal ? { signal } : {}
  const newest = (await call('menu/versions', {}, options)).versions[0]
  return newest && ((await call('menu/version', { version: newest.version }, options)).menus ?? [])
}
