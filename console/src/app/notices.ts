import { ref } from 'vue'
import { perAccount } from '@/api/call'

export interface Notice { id: number; text: string; undo?: () => unknown }
const LASTS_MS = 10_000
let count = 0

/** What was just done, shown for ten seconds, with a way back where there is one. */
export const notices = ref<Notice[]>([])
// A way back would change the account that is shown now.
perAccount(() => void (notices.value = notices.value.filter((notice) => !notice.undo)))
/** What only readers of the screen are told. */
export const announced = ref('')

/** `undo` may be a call; if it fails, that is said. */
export function notify(text: string, undo?: () => unknown): void {
  const notice: Notice = { id: ++count, text, ...(undo && { undo }) }
  notices.value = [...notices.value.slice(-1), notice]
  setTimeout(() => dismiss(notice.id), undo ? LASTS_MS : LASTS_MS / 2)
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

export function announce(text: string): void {
  announced.value = ''
  requestAnimationFrame(() => (announced.value = text))
}
