import type { Conversation } from '@/api/types'

/** Puts newer versions of conversations into the list, newest first. */
export function withNewer(list: readonly Conversation[], newer: readonly Conversation[]): Conversation[] {
  const changed = new Map(newer.map((each) => [each.openid, each]))
  return [...newer, ...list.filter((each) => !changed.has(each.openid))].sort((a, b) => b.last.time - a.last.time)
}

/** Those of a poll that say something the list does not: it may repeat what is less than 30 seconds old. */
export function reallyNew(list: readonly Conversation[], polled: readonly Conversation[]): Conversation[] {
  const known = new Map(list.map((each) => [each.openid, each.last]))
  return polled.filter((each) => {
    const last = known.get(each.openid)
    return last?.time !== each.last.time || last.msg_id !== each.last.msg_id || last.outcome !== each.last.outcome
  })
}

/** Those whose remark or OpenID contains the words. */
export function found(list: readonly Conversation[], words: string): Conversation[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return [...list]
  return list.filter((each) => each.openid.toLowerCase().includes(wanted) || each.remark?.toLowerCase().includes(wanted))
}
