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
  /** The version of the settings that the form was made from. */
  version: Ref<number | undefined>
  /** What was stored in that version; absent if the form makes something new. */
  base: ShallowRef<Draft | undefined>
  /** Shows what is stored, what something new `begins` with if that is not the empty form, or what was changed in it and not saved before the page was loaded again. */
  fill: (stored: Draft | undefined, version: number | undefined, begins?: Draft) => void
  /** The draft was saved. */
  done: () => void
  /** The page may be left without asking: the draft stays in this tab. */
  setAside: () => void
}

/** What was changed in a form and not saved, and what the form was made from. */
interface Unsaved<Draft> { draft: Draft; version: number | undefined; base: Draft | undefined }

const prefixOf = (kind: string): string => `mp-worker.form.${place.account}.${kind}`

/** What is kept under a name, unless something else was written there. */
function read<Draft>(name: string): Unsaved<Draft> | undefined {
  const kept = inTab.getItem(name)
  try {
    return kept === null ? undefined : (JSON.parse(kept) as Unsaved<Draft>)
  } catch {
    return undefined
  }
}

/** Keeps what is typed in a form that stores nothing, until `forget` is called: for when it is opened again in this tab. */
export function kept<Draft extends object>(form: string, draft: Ref<Draft>, isEmpty: (draft: Draft) => boolean): { restored: Ref<boolean>; forget: () => void } {
  const name = prefixOf(form)
  const unsaved = read<Draft>(name)
  const restored = ref(unsaved !== undefined)
  if (unsaved) draft.value = unsaved.draft
  const forget = (): void => inTab.removeItem(name)
  watch(draft, (typed) => {
    if (isEmpty(typed)) forget()
    else inTab.setItem(name, JSON.stringify({ draft: typed, version: undefined, base: undefined } satisfies Unsaved<Draft>))
  })
  return { restored, forget }
}

/** The unsaved drafts of one kind of form, such as `rule`, with the rest of the form's name. */
export function unsavedDrafts<Draft>(kind: string): { form: string; draft: Draft }[] {
  const prefix = prefixOf(`${kind} `)
  return inTab.names().filter((name) => name.startsWith(prefix)).flatMap((name) => {
    const unsaved = read<Draft>(name)
    return unsaved ? [{ form: name.slice(prefix.length), draft: unsaved.draft }] : []
  })
}

/**
 * A form with unsaved changes: they are kept over a reload, asked about before the page is left, and saved by ⌘S.
 * `form` names it among the forms of the account, such as `webhook w_1`.
 */
export function editor<Draft extends object>(form: string, empty: Draft, save: () => void): Editor<Draft> {
  const name = prefixOf(form)
  const draft = ref(empty) as Ref<Draft>
  const stored = shallowRef<Draft>(structuredClone(empty))
  const version = ref<number>()
  const base = shallowRef<Draft>()
  let filledWith: Pick<Unsaved<Draft>, 'version' | 'base'> = { version: undefined, base: undefined }
  const restored = ref(false)
  const filled = ref(false)
  const leaving = shallowRef<(leaves: boolean) => void>()
  const text = computed(() => JSON.stringify(draft.value))
  const dirty = computed(() => text.value !== JSON.stringify(stored.value))
  const forget = (): void => inTab.removeItem(name)

  /** Saving finds out whether somebody else has changed what it was made from. */
  function madeFrom(from: Pick<Unsaved<Draft>, 'version' | 'base'>): void {
    version.value = from.version
    base.value = from.base
  }
  function fill(next: Draft | undefined, made: number | undefined, begins = empty): void {
    stored.value = next ?? structuredClone(begins)
    filledWith = { version: made, base: next }
    const unsaved = read<Draft>(name)
    draft.value = unsaved?.draft ?? structuredClone(stored.value)
    madeFrom(unsaved ?? filledWith)
    restored.value = unsaved !== undefined && dirty.value
    filled.value = true
  }
  function discard(): void {
    forget()
    restored.value = false
    madeFrom(filledWith)
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
  const setAside = (): void => guardLeaving(undefined)
  watch(dirty, (unsaved) => guardLeaving(unsaved ? () => new Promise((resolve) => (leaving.value = resolve)) : undefined))
  watch([text, filled], () => {
    if (!filled.value) return
    if (dirty.value) inTab.setItem(name, JSON.stringify({ draft: draft.value, version: version.value, base: base.value } satisfies Unsaved<Draft>))
    else forget()
  })
  function pressed(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return
    event.preventDefault()
    // What a dialog says or asks comes first, such as the secret of a webhook that was just created.
    if (!document.querySelector('dialog[open]')) save()
  }
  onMounted(() => addEventListener('keydown', pressed))
  onUnmounted(() => {
    removeEventListener('keydown', pressed)
    guardLeaving(undefined)
  })
  return { draft, dirty, restored, leaving, leave, discard, version, base, fill, done, setAside }
}

interface Saving<Draft, Answer> {
  send: (version: number | undefined) => Promise<Answer>
  /** Reads what is stored now, and the version of the settings. */
  read: () => Promise<{ stored: Draft | undefined; version: number }>
  /** Whether what is stored is what the form holds: it was saved before, and the answer lost. */
  isSaved: (stored: Draft) => boolean
  /** Whether to save over what somebody else changed. */
  anyway: boolean
  /** Gets what somebody else has stored, before the conflict is thrown. */
  theirs: (stored: Draft | undefined) => void
}

/**
 * Saves a form. Its version is that of all settings: a change of something else does not matter, and is not a conflict.
 * Returns nothing if an earlier save, whose answer was lost, has stored it.
 */
export async function saveOver<Draft extends object, Answer>({ version, base }: Pick<Editor<Draft>, 'version' | 'base'>, { send, read, isSaved, anyway, theirs }: Saving<Draft, Answer>): Promise<Answer | undefined> {
  try {
    return await send(version.value)
  } catch (error) {
    const failure = asFailure(error)
    if (failure.code !== 'conflict') throw failure
    const now = await read()
    if (now.stored && isSaved(now.stored)) return undefined
    if (!anyway && JSON.stringify(now.stored) !== JSON.stringify(base.value)) {
      theirs(now.stored)
      throw failure
    }
    return send(now.version)
  }
}
