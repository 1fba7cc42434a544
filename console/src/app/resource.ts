import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asFailure, Failure } from '@/api/failure'
import { readAgain } from './session'

export interface Resource<T> {
  data: ShallowRef<T | undefined>
  failure: ShallowRef<Failure | undefined>
  loading: Ref<boolean>
  load: () => Promise<void>
  /** Gives up waiting. */
  cancel: () => void
}

/** Something the worker is asked for. What was loaded before stays while it is loaded again, and when that fails. */
export function resource<T>(ask: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const data = shallowRef<T>()
  const failure = shallowRef<Failure>()
  const loading = ref(false)
  let asking: AbortController | undefined

  async function load(): Promise<void> {
    asking?.abort()
    const mine = new AbortController()
    asking = mine
    loading.value = true
    try {
      const answer = await ask(mine.signal)
      if (mine.signal.aborted) return
      data.value = answer
      failure.value = undefined
    } catch (error) {
      if (mine.signal.aborted) return
      failure.value = asFailure(error)
    } finally {
      if (asking === mine) loading.value = false
    }
  }
  function cancel(): void {
    asking?.abort()
    loading.value = false
    failure.value = new Failure('cancelled', '', 0)
  }
  readAgain(load, () => failure.value?.code === 'unauthorized')
  onScopeDispose(() => asking?.abort())
  return { data, failure, loading, load, cancel }
}
