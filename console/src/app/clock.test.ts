import { watchEffect } from 'vue'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('what uses the minute is drawn again once a minute, and what uses the second once a second', async () => {
  vi.useFakeTimers({ now: new Date('2026-11-27T10:00:00Z') })
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {} })
  const { minute, now, startClock } = await import('./clock')
  startClock()
  const drawn = { second: 0, minute: 0 }
  watchEffect(() => void (now.value, (drawn.second += 1)), { flush: 'sync' })
  watchEffect(() => void (minute.value, (drawn.minute += 1)), { flush: 'sync' })
  vi.advanceTimersByTime(59_000)
  expect(drawn).toEqual({ second: 60, minute: 1 })
  vi.advanceTimersByTime(1_000)
  expect(drawn).toEqual({ second: 61, minute: 2 })
  expect(minute.value).toBe(Date.parse('2026-11-27T10:01:00Z') / 1000)
})
