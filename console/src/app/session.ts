import { computed, shallowRef, watch } from 'vue'
import { call, useAccount, whenSignedOut } from '@/api/call'
import type { Session } from '@/api/types'
import { asFailure } from '@/api/failure'
import { t } from '@/locales'
import { notices, notify } from './notices'
import { go, guardLeaving, hasGuard, place } from './router'
import { allows } from './scopes'
import { inTab } from './storage'

/** `undefined` while the worker has not been asked, `null` without a session. */
export const session = shallowRef<Session | null>()
/** Whether a call was refused because the session had ended, while a screen was open. */
export const ended = shallowRef(false)

/** Reads again what could not be read because the session had ended. */
export function readAgain(read: () => void, lacked: () => boolean): void {
  watch(ended, (over) => {
    if (!over && lacked()) read()
  })
}

export const account = computed(() => session.value?.accounts.find((each) => each.name === place.account))

/** Whether the key that signed in has this scope. */
export function may(scope: string): boolean {
  return allows(session.value?.key.scopes ?? [], scope)
}

export async function openSession(): Promise<void> {
  whenSignedOut(() => {
    if (session.value) ended.value = true
  })
  session.value = await call('session/get', {}, {}).catch((error: { code?: string }) => {
    if (error.code === 'network') throw error
    return null
  })
}

export async function signIn(secret: { key: string } | { ticket: string }): Promise<Session> {
  const opened = await call('session/create', secret)
  const before = session.value
  // What another key has read is not for this one.
  if (before?.key.id !== opened.key.id) useAccount(undefined)
  // A form of an account that this key does not have would be saved to another one.
  if (before && !opened.accounts.some(({ name }) => name === place.account)) {
    if (hasGuard()) notify(t('signin.left', { account: place.account }))
    guardLeaving(undefined)
  }
  session.value = opened
  ended.value = false
  return opened
}

/** Fails if the session goes on. `false` if only this browser is signed out, and a copy of its cookie would still work. */
export async function signOut(): Promise<boolean> {
  const isOver = (error: unknown): boolean => asFailure(error).code === 'unauthorized'
  const isEnded = await call('session/delete', {}).then(() => true, async (error: unknown) => {
    if (isOver(error)) return true
    // The cookie is removed even where the worker could not store that the session has ended.
    const gone = await call('session/get', {}).then(() => false, isOver)
    if (!gone) throw error
    return false
  })
  session.value = null
  ended.value = false
  // Nobody is left to ask about unsaved changes.
  guardLeaving(undefined)
  // The next person may not be allowed what this one was looking at.
  go({ screen: 'sign-in', query: {} }, true)
  // What was typed and not sent is not for the next user of this browser.
  inTab.clear()
  notices.value = []
  return isEnded
}
