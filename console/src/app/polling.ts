import { onScopeDispose, ref } from 'vue'
import { Failure } from '@/api/failure'

const MINUTE = 60_000
const LONGEST = 5 * MINUTE
let touched = Date.now()
/** Whether the last call of any poll reached the worker. */
export const online = ref(typeof navigator === 'undefined' || navigator.onLine)
/** When the last poll that worked was answered, in Unix seconds. */
export const seenAt = ref(Math.floor(Date.now() / 1000))

/** The pause until the next poll: longer without input, and doubled by each failure. */
export function pauseOf(every: number, idle: number, failures: number): number {
  const calm = idle > 10 * MINUTE ? Math.max(every * 3, MINUTE) : idle > 2 * MINUTE ? every * 3 : every
  return failures === 0 ? calm : Math.min(Math.max(calm, every * 2 ** failures), Math.max(LONGEST, every))
}

/** Calls `ask` again and again while the page is visible, and at once when it is shown again. */
export function poll(every: number, ask: () => Promise<void>): { stop: () => void; soon: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let running = false
  let stopped = false

  const plan = (): void => {
    clearTimeout(timer)
    if (!stopped && !document.hidden) timer = setTimeout(run, pauseOf(every, Date.now() - touched, failures))
  }
  const run = (): void => {
    if (running || stopped) return
    running = true
    ask()
      .then(() => {
        failures = 0
        online.value = true
        seenAt.value = Math.floor(Date.now() / 1000)
      })
      .catch((error: unknown) => {
        if (!(error instanceof Failure)) return
        if (error.code === 'network') online.value = false
        failures = error.code === 'network' || error.code === 'rate_limited' || error.status >= 500 ? failures + 1 : failures
      })
      .finally(() => {
        running = false
        plan()
      })
  }
  const shown = (): void => (document.hidden ? clearTimeout(timer) : run())
  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', shown)
    removeEventListener('online', run)
  }
  document.addEventListener('visibilitychange', shown)
  addEventListener('online', run)
  plan()
  onScopeDispose(stop)
  return { stop, soon: run }
}

export function startPolling(): void {
  const touch = (): void => void (touched = Date.now())
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) addEventListener(event, touch, { passive: true })
  addEventListener('offline', () => (online.value = false))
}
