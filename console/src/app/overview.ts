import { shallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { AccountOverview } from '@/api/types'

/** How the account is, which the shell asks for every 30 seconds. */
export const overview = shallowRef<AccountOverview>()
perAccount(() => (overview.value = undefined))

export async function loadOverview(signal?: AbortSignal): Promise<AccountOverview> {
  return (overview.value = await call('account/overview', {}, signal ? { signal } : {}))
}
