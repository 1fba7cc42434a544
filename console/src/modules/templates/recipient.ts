import { computed, onMounted, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { call } from '@/api/call'
import { may } from '@/app/session'
import { isBlank } from '@/ui/text'

export interface Candidate { openid: string; remark?: string | null | undefined }

const TYPED_MS = 300
const MOST_SHOWN = 6
/** A page of the search looks at 1,000 users. */
const MOST_PAGES = 5

export const isOpenId = (text: string): boolean => /^o[\w-]{27}$/.test(text)

/** Those of `people` whose remark or OpenID contains the words, each once. */
export function matching(people: readonly Candidate[], words: string): Candidate[] {
  const wanted = words.trim().toLowerCase()
  const found = people.filter(({ openid, remark }) => openid.toLowerCase().includes(wanted) || (remark ?? '').toLowerCase().includes(wanted))
  return [...new Map(found.map((each) => [each.openid, each])).values()].slice(0, MOST_SHOWN)
}

async function search(query: string, isWanted: () => boolean): Promise<readonly Candidate[]> {
  let cursor: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await call('user/search', { query, limit: MOST_SHOWN, ...(cursor !== undefined && { cursor }) })
    cursor = answer.next_cursor ?? undefined
    if (answer.users.length > 0 || cursor === undefined || !isWanted()) return answer.users
  }
  return []
}

export interface Recipient {
  /** Who is meant, with the remark where it is known; absent while that is open. */
  chosen: ComputedRef<Candidate | undefined>
  suggested: ComputedRef<readonly Candidate[]>
}

/** Who is meant by what is typed: an OpenID, or somebody who is suggested and chosen, of those who wrote and of all followers. */
export function recipient(typed: Ref<string>): Recipient {
  const wrote = shallowRef<readonly Candidate[]>([])
  const found = shallowRef<readonly Candidate[]>([])
  const people = computed(() => [...wrote.value, ...found.value])
  const words = computed(() => typed.value.trim())
  const chosen = computed(() => people.value.find(({ openid }) => openid === words.value) ?? (isOpenId(words.value) ? { openid: words.value } : undefined))
  const suggested = computed(() => (chosen.value ? [] : matching(people.value, words.value)))
  let typing: ReturnType<typeof setTimeout> | undefined
  watch(words, (asked) => {
    clearTimeout(typing)
    if (isBlank(asked) || !may('user:read') || people.value.some(({ openid }) => openid === asked)) return
    typing = setTimeout(async () => {
      const users = await search(asked, () => asked === words.value).catch(() => [])
      if (asked === words.value) found.value = users
    }, TYPED_MS)
  }, { immediate: true })
  onMounted(async () => {
    if (may('message:read')) wrote.value = (await call('conversation/list', { filter: 'all', limit: 50 }).catch(() => undefined))?.conversations ?? []
  })
  onScopeDispose(() => clearTimeout(typing))
  return { chosen, suggested }
}
