import { call, type Answer } from '@/api/call'
import type { Setup } from '@/api/types'
import { Failure } from '@/api/failure'

let lacking = false

/** What is known of the set-up; undefined where the worker has no `setup/get` yet. */
export async function loadSetup(signal?: AbortSignal): Promise<Setup | undefined> {
  if (lacking) return undefined
  try {
    return await call('setup/get', {}, signal ? { signal } : {})
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'not_found') throw error
    lacking = true
    return undefined
  }
}

/** The address that WeChat calls. */
export function callbackUrl(setup: Setup | undefined, account: string): string {
  return setup?.callback_url ?? `${location.origin}/callback${account === 'default' ? '' : `/${account}`}`
}

export type Report = Answer<'account/check'>
