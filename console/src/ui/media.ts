import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether a media query holds, such as `(max-width: 1040px)`. */
export function media(query: string): Ref<boolean> {
  const list = matchMedia(query)
  const holds = ref(list.matches)
  const changed = (): void => void (holds.value = list.matches)
  list.addEventListener('change', changed)
  onScopeDispose(() => list.removeEventListener('change', changed))
  return holds
}
