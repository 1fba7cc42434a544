/** Reads a time of day as people write it: 9, 930, 9:5, 09：30, 24:00. */
export function clockOf(text: string): string | undefined {
  const match = /^(\d{1,2}?)(?:[:：.](\d{1,2})|(\d{2}))?$/.exec(text.trim())
  if (!match) return undefined
  const [hours, minutes] = [Number(match[1]), Number(match[2] ?? match[3] ?? 0)]
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return undefined
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}
