import { onScopeDispose, ref } from 'vue'
import { Failure } from '@/api/failure'
import { listen, tell } from './tabs'

const MINUTE = 60_000
const LONGEST = 5 * MINUTE
/** How much longer a tab waits that was told of another tab's answer, so that the other one asks next as well. */
const LISTENING = 1.3
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

export interface Poll<Answer> {
  /** The pause between two polls, in milliseconds. */
  every: number
  /** What other tabs that ask the same call it, such as `user/timeline oAbc`; absent = no other tab asks it. */
  name?: () => string
  /** Whether answers say only what is newer than the answer before, so that none may be missed. */
  onlyNewer?: boolean
  /** Asks the worker; `undefined` if there is nothing to ask yet. */
  ask: () => Promise<Answer | undefined>
  /** Shows an answer, of this tab or of another one. */
  take: (answer: Answer) => void | Promise<void>
}

export interface Polling {
  stop: () => void
  soon: () => void
  /** Tells when the page had read everything itself, in milliseconds: what comes next may be only what is newer. */
  readAt: (time: number) => void
}

/**
 * Asks again and again while the page is visible, and when it is shown again.
 * Of several tabs that ask the same, one asks and the others listen.
 */
export function poll<Answer>({ every, name, onlyNewer, ask, take }: Poll<Answer>): Polling {
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let running = false
  let stopped = false
  let listening = false
  let known = 0

  const pause = (): number => pauseOf(every, Date.now() - touched, failures) * (listening ? LISTENING : 1)
  const plan = (): void => {
    clearTimeout(timer)
    if (!stopped && !document.hidden) timer = setTimeout(run, pause())
  }
  const reached = (): void => {
    failures = 0
    online.value = true
    seenAt.value = Math.floor(Date.now() / 1000)
  }
  const answered = async (): Promise<void> => {
    const [since, asked, mine] = [known, Date.now(), name?.()]
    const answer = await ask()
    reached()
    if (answer === undefined || stopped) return
    listening = false
    known = asked
    if (mine !== undefined) tell({ name: mine, since, asked, answer })
    await take(answer)
  }
  const run = (): void => {
    if (running || stopped) return
    running = true
    answered()
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
  const unlisten = listen((told) => {
    if (stopped || told.name !== name?.()) return
    // What came between this tab's last answer and the time from which the other tab asked would be missing.
    if (told.asked <= known || (onlyNewer && (known === 0 || told.since > known))) return
    known = told.asked
    listening = true
    reached()
    plan()
    void take(told.answer as Answer)
  })
  const shown = (): void => {
    clearTimeout(timer)
    if (document.hidden) return
    // Another tab may have asked just now.
    if (listening && Date.now() - known < every) plan()
    else run()
  }
  const stop = (): void => {
    stopped = true
    clearTimeout(timer)
    unlisten()
    document.removeEventListener('visibilitychange', shown)
    removeEventListener('online', run)
  }
  document.addEventListener('visibilitychange', shown)
  addEventListener('online', run)
  plan()
  onScopeDispose(stop)
  return { stop, soon: run, readAt: (time) => void (known = Math.max(known, time)) }
}

export function startPolling(): void {
  const touch = (): void => void (touched = Date.now())
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const) addEventListener(event, touch, { passive: true })
  addEventListener('offline', () => (online.value = false))
}
