import { shallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import type { AccountOverview } from '@/api/extra'
import { Failure } from '@/api/failure'
import { composed } from '@/modules/overview/composed'
import { may } from './session'

/** How the account is, which the shell asks for every 30 seconds. */
export const overview = shallowRef<AccountOverview>()
perAccount(() => (overview.value = undefined))
let lacking = false

/** `thorough` also checks the configuration, where the worker has no `account/overview` yet. */
export async function loadOverview(thorough: boolean, signal?: AbortSignal): Promise<AccountOverview> {
  const options = signal ? { signal } : {}
  if (!lacking) {
    try {
      return (overview.value = await call('account/overview', {}, options))
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'not_found') throw error
      lacking = true
    }
  }
  const today = Math.floor(Date.now() / 1000)
  const [summary, check] = await Promise.all([
    call('stats/summary', { since: today }, options),
    thorough && may('account:read') ? call('account/check', {}, options) : undefined,
  ])
  const next = composed(summary, check, today)
  overview.value = check || !overview.value ? next : { ...next, problems: overview.value.problems, token: overview.value.token ?? null, quota: overview.value.quota, storage: overview.value.storage ?? null }
  return overview.value
}
