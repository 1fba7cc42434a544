import { shallowRef, watch, type ShallowRef } from 'vue'
import { call } from '@/api/call'
import type { Conversation } from '@/api/types'

/** Others may have said its OpenID. */
const MOST_FOUND = 10

/**
 * What the list says of a conversation, for as long as it is open: also after it has left the list, such as that of the
 * unanswered, and asked for once if the list has never had it.
 */
export function summary(openid: string, listed: () => Conversation | undefined, isLoaded: () => boolean): ShallowRef<Conversation | undefined> {
  const known = shallowRef(listed())
  let asked = false
  async function ask(): Promise<void> {
    asked = true
    const { conversations } = await call('conversation/list', { filter: 'all', query: openid, limit: MOST_FOUND })
    known.value ??= conversations.find((each) => each.openid === openid)
  }
  watch([listed, isLoaded], ([conversation, loaded]) => {
    if (conversation) known.value = conversation
    else if (loaded && !known.value && !asked) ask().catch(() => undefined)
  }, { immediate: true })
  return known
}
