import { computed, onMounted, onUnmounted, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { asFailure } from '@/api/failure'
import { guardLeaving, place } from './router'
import { inTab } from './storage'

/** What the frame around a form shows of it. */
export interface EditorState {
  /** Whether it differs from what is stored. */
  dirty: ComputedRef<boolean>
  /** Whether it was brought back after the page was loaded again. */
  restored: Ref<boolean>
  /** Answers whether the form may be left, while that is asked. */
  leaving: ShallowRef<((leaves: boolean) => void) | undefined>
  leave: (leaves: boolean) => void
  discard: () => void
}

export interface Editor<Draft> extends EditorState {
  draft: Ref<Draft>
  /** The version that the form was made from. */
  version: Ref<number | undefined>
  /** Shows what is stored, or what was changed in it and not saved before the page was loaded again. */
  fill: (stored: Draft, version: number | undefined) => void
  /** The draft was saved. */
  done: () => void
}

/** What was kept, unless something else was written there. */
function read<Draft>(kept: string): Unsaved<Draft> | undefined {
  try {
    return JSON.parse(kept) as Unsaved<Draft>
  } catch {
    return undefined
  }
}

interface Unsaved<Draft> { draft: Draft; version: number | undefined }

/**
 * A form with unsaved changes: they are kept over a reload, asked about before the page is left, and saved by ⌘S.
 * `form` names it among the forms of the account, such as `webhook w_1`.
 */
export function editor<Draft extends object>(form: string, empty: Draft, save: () => void): Editor<Draft> {
  const name = `mp-worker.form.${place.account}.${form}`
  const draft = ref(empty) as Ref<Draft>
  const stored = shallowRef<Draft>(structuredClone(empty))
  const version = ref<number>()
  const storedVersion = ref<number>()
  const restored = ref(false)
  const filled = ref(false)
  const leaving = shallowRef<(leaves: boolean) => void>()
  const text = computed(() => JSON.stringify(draft.value))
  const dirty = computed(() => text.value !== JSON.stringify(stored.value))
  const forget = (): void => inTab.removeItem(name)

  function fill(next: Draft, made: number | undefined): void {
    stored.value = next
    version.value = storedVersion.value = made
    const kept = inTab.getItem(name)
    const unsaved = kept === null ? undefined : read<Draft>(kept)
    draft.value = unsaved?.draft ?? structuredClone(next)
    if (unsaved) version.value = unsaved.version
    restored.value = unsaved !== undefined && dirty.value
    filled.value = true
  }
  function discard(): void {
    forget()
    restored.value = false
    version.value = storedVersion.value
    draft.value = structuredClone(stored.value)
  }
  function done(): void {
    stored.value = JSON.parse(text.value) as Draft
    forget()
    guardLeaving(undefined)
  }
  function leave(leaves: boolean): void {
    if (leaves) forget()
    leaving.value?.(leaves)
    leaving.value = undefined
  }
  watch(dirty, (unsaved) => guardLeaving(unsaved ? () => new Promise((resolve) => (leaving.value = resolve)) : undefined))
  watch([text, filled], () => {
    if (!filled.value) return
    if (dirty.value) inTab.setItem(name, JSON.stringify({ draft: draft.value, version: version.value } satisfies Unsaved<Draft>))
    else forget()
  })
  function pressed(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return
    event.preventDefault()
    save()
  }
  onMounted(() => addEventListener('keydown', pressed))
  onUnmounted(() => {
    removeEventListener('keydown', pressed)
    guardLeaving(undefined)
  })
  return { draft, dirty, restored, leaving, leave, discard, version, fill, done }
}

interface Saving<Stored, Answer> {
  version: number | undefined
  send: (version: number | undefined) => Promise<Answer>
  /** Reads what is stored now, and its version. */
  read: () => Promise<{ stored: Stored | undefined; version: number }>
  /** What the form was made from. */
  before: Stored | undefined
  /** Whether to save over what somebody else changed. */
  anyway: boolean
  /** Gets what somebody else has stored, before the conflict is thrown. */
  theirs: (stored: Stored | undefined) => void
}

/** Saves what was made from a version. The version is that of all settings, so that a change of others does not matter. */
export async function saveOver<Stored, Answer>({ version, send, read, before, anyway, theirs }: Saving<Stored, Answer>): Promise<Answer> {
  try {
    return await send(version)
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code !== 'conflict') throw failure
    const now = await read()
    if (!anyway && JSON.stringify(now.stored) !== JSON.stringify(before)) {
      theirs(now.stored)
      throw failure
    }
    return send(now.version)
  }
}
