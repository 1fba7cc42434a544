import { computed, inject, onScopeDispose, provide, reactive, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { Failure } from '@/api/failure'
import { complaintOf } from './complaint'
import { inputOf } from './problem'

interface Form { paths: Set<string>; failure: ShallowRef<Failure | undefined> }
const FORM: InjectionKey<Form> = Symbol('form')

/** A form whose inputs name the path of the body that they write, so that a refused field is shown where it was entered. */
export function provideForm(): { failure: ShallowRef<Failure | undefined>; unplaced: ComputedRef<Failure | undefined> } {
  const form: Form = { paths: reactive(new Set<string>()), failure: shallowRef() }
  provide(FORM, form)
  const unplaced = computed(() => (inputOf(form.failure.value?.field, [...form.paths]) === undefined ? form.failure.value : undefined))
  return { failure: form.failure, unplaced }
}

/** What the worker says of a required field that is empty, where a form knows it before it asks. */
export const emptyField = (field: string): Failure => new Failure('invalid_parameter', `${field} is empty`, 400, { field })

/** The text of the failure that belongs to the input that writes `path`. */
export function useFieldError(path: () => string): ComputedRef<string | undefined> {
  const form = inject(FORM, undefined)
  if (!form) return computed(() => undefined)
  const registered = path()
  form.paths.add(registered)
  onScopeDispose(() => form.paths.delete(registered))
  return computed(() => {
    const failure = form.failure.value
    return failure && inputOf(failure.field, [...form.paths]) === registered ? complaintOf(failure.message, failure.field) : undefined
  })
}

/** The failure of the form around this component, which its groups open for. */
export function useFailure(): ShallowRef<Failure | undefined> {
  return inject(FORM, undefined)?.failure ?? shallowRef()
}
