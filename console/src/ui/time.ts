/** Reads a time of day as people write it: 9, 930, 9:5, 09：30, 24:00. */
export function clockOf(text: string): string | undefined {
  const match = /^(\d{1,2}?)(?:[:：.](\d{1,2})|(\d{2}))?$/.exec(text.trim())
  if (!match) return undefined
  const [hours, minutes] = [Number(match[1]), Number(match[2] ?? match[3] ?? 0)]
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return undefined
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

/** Reads a date as people write it: 2026-11-26, 2026/1/5, 20261126, 11-26 of `year`, 11月26日. */
export function dateOf(text: string, year: number): string | undefined {
  const written = text.trim().replace(/\s/g, '')
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(written) ?? /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(written)
  if (!match) return undefined
  const [years, month, day] = [Number(match[1] ?? year), Number(match[2]), Number(match[3])]
  const date = new Date(Date.UTC(years, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : undefined
}

/** The day in Beijing, such as `2026-11-26`. */
export function isoDate(time: number): string {
  return new Date((time + 8 * 3600) * 1000).toISOString().slice(0, 10)
}

/** A day so many days after another one. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
