import { computed, readonly, ref } from 'vue'

const seconds = ref(Math.floor(Date.now() / 1000))
/** The present time in Unix seconds, which changes once a second while the page is visible. */
export const now = readonly(seconds)
/** When the present minute began: for lists, which would be drawn again each second. */
export const minute = computed(() => seconds.value - (seconds.value % 60))

export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) seconds.value = Math.floor(Date.now() / 1000)
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
}
