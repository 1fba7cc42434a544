import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asFailure, type Failure } from '@/api/failure'

export interface Action {
  busy: Ref<boolean>
  failure: ShallowRef<Failure | undefined>
  /** Does the work; says whether it succeeded. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

/** What a press of a button begins: whether it is under way, and why it failed last, which a form shows at its fields. */
export function action(failure: ShallowRef<Failure | undefined> = shallowRef()): Action {
  const busy = ref(false)

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    failure.value = undefined
    try {
      await work()
      return true
    } catch (error) {
      failure.value = asFailure(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, failure, run }
}

/** Does one thing after the other, where each is made from what the one before has stored. */
export function inTurn(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next
    return next
  }
}
