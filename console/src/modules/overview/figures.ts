import type { DayFigures } from '@/api/types'
import { beijing } from '@/ui/format'

const NONE = { answered_late: 0, asked: 0, failed: 0, held: 0, kept: 0, refused: 0, replied: 0, silent: 0, unanswered: 0, unknown: 0 }

/** The last `count` days up to today, with those on which nothing happened. */
export function daysOf(days: readonly DayFigures[], count: number, now: number): DayFigures[] {
  const known = new Map(days.map((day) => [day.date, day]))
  return Array.from({ length: count }, (_, index) => {
    const { year, month, day } = beijing(now - (count - 1 - index) * 86_400)
    const date = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
    return known.get(date) ?? { date, messages: 0, events: 0, followed: 0, unfollowed: 0, outcomes: NONE }
  })
}

export function megabytesOf(bytes: number): string {
  const megabytes = bytes / 1e6
  return megabytes < 10 ? String(Number(megabytes.toFixed(1))) : String(Math.round(megabytes))
}
