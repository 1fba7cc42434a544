import { shallowRef, triggerRef, type ShallowRef } from 'vue'
import { call, perAccount } from '@/api/call'
import { may } from '@/app/session'

/** What WeChat knows about a user, and the remark and tags given here. */
export interface Follower { remark: string; tags: string[]; tagIds: number[]; followedAt?: number; scene?: string; following: boolean }

const known = new Map<string, ShallowRef<Follower | undefined>>()
let names: Promise<Map<number, string>> | undefined
perAccount(() => {
  known.clear()
  names = undefined
})

export async function tagNames(fresh = false): Promise<Map<number, string>> {
  if (fresh) names = undefined
  names ??= call('tag/list', {}).then((answer) => new Map(answer.tags.map((tag) => [tag.id, tag.name])))
  return names.catch((error: unknown) => {
    names = undefined
    throw error
  })
}

async function ask(openid: string, state: ShallowRef<Follower | undefined>): Promise<void> {
  const user = (await call('user/info', { openid })) as Record<string, unknown>
  const tagIds = Array.isArray(user['tagid_list']) ? user['tagid_list'].filter((id) => typeof id === 'number') : []
  const tags = tagIds.length > 0 && may('tag:read') ? await tagNames().catch(() => new Map<number, string>()) : new Map<number, string>()
  state.value = {
    remark: typeof user['remark'] === 'string' ? user['remark'] : '',
    tagIds,
    tags: tagIds.map((id) => tags.get(id) ?? String(id)),
    ...(typeof user['subscribe_time'] === 'number' && { followedAt: user['subscribe_time'] }),
    ...(typeof user['subscribe_scene'] === 'string' && { scene: user['subscribe_scene'] }),
    following: user['subscribe'] === 1,
  }
}

/** A user, asked of WeChat once while the page is open. Nothing is shown where WeChat refuses. */
export function follower(openid: string): ShallowRef<Follower | undefined> {
  let state = known.get(openid)
  if (!state) {
    state = shallowRef<Follower>()
    known.set(openid, state)
    if (may('user:read')) ask(openid, state).catch(() => known.delete(openid))
  }
  return state
}

/** Asks again about these users, or about all, when they are shown next: their tags were changed elsewhere in the console. */
export function forgetFollowers(openids: Iterable<string> = [...known.keys()]): void {
  for (const openid of openids) known.delete(openid)
}

/** What was changed here, without asking again if the rest is known. */
export async function changeFollower(openid: string, change: Partial<Follower>): Promise<void> {
  const state = known.get(openid)
  if (!state) return
  if (state.value) {
    Object.assign(state.value, change)
    triggerRef(state)
  } else await ask(openid, state)
}
