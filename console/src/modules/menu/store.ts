import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { onUnmounted } from 'vue'
import { call } from '@/api/call'
import { asFailure, type Failure } from '@/api/failure'
import { guardLeaving } from '@/app/router'
import type { MenuOf } from './bar'
import { holds, newestFirst, toSave, type Draft, type Drafted, type MenuReply } from './model'

const SAVE_AFTER_MS = 1000
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed'

export interface MenuDraft {
  draft: ShallowRef<Draft>
  stored: ShallowRef<Drafted | undefined>
  state: Ref<SaveState>
  failure: ShallowRef<Failure | undefined>
  /** Whether there is anything to edit. */
  begun: ComputedRef<boolean>
  show: (drafted: Drafted) => void
  change: (next: Draft) => void
  /** Saves at once what was changed; says whether it is saved. */
  flush: () => Promise<boolean>
  /** Saves over what somebody else has saved. */
  saveAnyway: () => Promise<boolean>
  /** Answers whether the page may be left although something cannot be saved, while that is asked. */
  leaving: ShallowRef<((leaves: boolean) => void) | undefined>
  leave: (leaves: boolean) => void
}

/** The draft, which is saved by itself a second after a change. */
export function menuDraft(): MenuDraft {
  const draft = shallowRef<Draft>({ menus: [], replies: [] })
  const stored = shallowRef<Drafted>()
  const state = ref<SaveState>('saved')
  const failure = shallowRef<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let saving: Promise<boolean> | undefined

  function show(drafted: Drafted): void {
    clearTimeout(timer)
    stored.value = drafted
    draft.value = { menus: drafted.menus, replies: drafted.replies }
    state.value = 'saved'
    failure.value = undefined
  }
  async function save(anyway = false): Promise<boolean> {
    clearTimeout(timer)
    const sent = draft.value
    state.value = 'saving'
    failure.value = undefined
    try {
      const version = stored.value?.version
      stored.value = await call('menu/save_draft', { ...toSave(sent), ...(!anyway && version !== undefined && { if_version: version }) }).catch(async (error: unknown) => {
        if (asFailure(error).code !== 'conflict') throw error
        // Perhaps it was saved before, and the answer lost.
        const theirs = await call('menu/draft', {})
        if (holds(theirs, toSave(sent))) return theirs
        throw error
      })
      if (draft.value === sent) {
        state.value = 'saved'
        return true
      }
      later()
      return false
    } catch (error) {
      failure.value = asFailure(error)
      state.value = 'failed'
      return false
    }
  }
  function later(): void {
    clearTimeout(timer)
    state.value = 'waiting'
    timer = setTimeout(() => void start(), SAVE_AFTER_MS)
  }
  function start(anyway = false): Promise<boolean> {
    // One after the other: each names the version that the one before it made.
    saving = (saving ?? Promise.resolve(true)).then(() => save(anyway))
    return saving
  }
  function change(next: Draft): void {
    draft.value = next
    // What somebody else has saved is overwritten by decision alone.
    if (failure.value?.code === 'conflict') state.value = 'failed'
    else later()
  }
  const flush = (): Promise<boolean> => (state.value === 'saved' ? Promise.resolve(true) : start())
  const leaving = shallowRef<(leaves: boolean) => void>()
  function leave(leaves: boolean): void {
    leaving.value?.(leaves)
    leaving.value = undefined
  }
  const mayLeave = async (): Promise<boolean> => (await flush()) || new Promise((resolve) => (leaving.value = resolve))
  watch(state, (now) => guardLeaving(now === 'saved' ? undefined : mayLeave))
  onUnmounted(() => {
    clearTimeout(timer)
    guardLeaving(undefined)
  })
  return { draft, stored, state, failure, begun: computed(() => draft.value.menus.length > 0), show, change, flush, saveAnyway: () => start(true), leaving, leave }
}

/** The menu that users see now, as a draft: of the API, or of WeChat's own console with its replies. */
export async function presentMenu(): Promise<Draft> {
  const listed = await call('menu/list', {})
  if (listed.menu) return { menus: [listed.menu, ...newestFirst(listed.conditionalmenu)].map(({ button, matchrule }): MenuOf => ({ button, ...(matchrule && { matchrule }) })), replies: [] }
  const made = await call('rule/import_platform', { dry_run: true })
  if (!made.menu) return { menus: [], replies: [] }
  const replies = made.rules.flatMap((rule): MenuReply[] => ('click' in rule.when ? [{ key: rule.when.click.key, rule }] : []))
  return { menus: [{ button: made.menu.button }], replies }
}
