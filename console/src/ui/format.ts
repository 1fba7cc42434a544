import { language, t } from '@/locales'

const DAY = 86_400
const BEIJING = 8 * 3600

interface Parts { year: number; month: number; day: number; weekday: number; clock: string; seconds: string; dayNumber: number }

/** A time in Beijing, where WeChat's days begin. */
export function beijing(time: number): Parts {
  const date = new Date((time + BEIJING) * 1000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
    seconds: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    dayNumber: Math.floor((time + BEIJING) / DAY),
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The day without its time: 今天, 昨天, 11月25日, 2025年11月25日. */
export function dayOf(time: number, now: number): string {
  const [then, today] = [beijing(time), beijing(now)]
  const ago = today.dayNumber - then.dayNumber
  if (ago === 0) return t('time.today')
  if (ago === 1) return t('time.yesterday')
  return dateOf(time, then.year === today.year)
}

/** The date in words: 11月25日; with its year, 2025年11月25日. */
export function dateOf(time: number, sameYear = true): string {
  const { year, month, day } = beijing(time)
  if (language.value === 'zh-CN') return `${sameYear ? '' : `${year}年`}${month}月${day}日`
  return `${day} ${MONTHS[month - 1]}${sameYear ? '' : ` ${year}`}`
}

/** 14:32 today, 昨天 14:32, 11月25日 14:32. */
export function timeOf(time: number, now: number): string {
  return withClock(time, now, t('time.yesterday'))
}

/** The same as part of a sentence: since yesterday 14:32. */
export function timeWithin(time: number, now: number): string {
  return withClock(time, now, t('time.yesterday.within'))
}

function withClock(time: number, now: number, yesterday: string): string {
  const { clock, dayNumber } = beijing(time)
  const ago = beijing(now).dayNumber - dayNumber
  if (ago === 0) return clock
  if (ago === 1) return `${yesterday} ${clock}`
  return `${dayOf(time, now)}${language.value === 'en' ? ',' : ''} ${clock}`
}

/** A length of time in one unit, or two below ten hours with `exact`. */
export function spanOf(seconds: number, exact = false): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return t('span.seconds', { n: whole })
  if (whole < 3600) return t('span.minutes', { n: Math.floor(whole / 60) })
  if (whole < 2 * DAY) {
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
    return exact && hours < 10 && minutes > 0 ? t('span.hours_minutes', { n: hours, m: minutes }) : t('span.hours', { n: hours })
  }
  return t('span.days', { n: Math.floor(whole / DAY) })
}

/** In lists: how long ago, up to a day, then the time. */
export function agoOf(time: number, now: number): string {
  const ago = now - time
  if (ago < 60) return t('time.now')
  return ago < 12 * 3600 ? spanOf(ago) : timeOf(time, now)
}

/** How long ago, or when, as part of a sentence: 5 分钟前, 昨天 14:32. */
export function sinceOf(time: number, now: number): string {
  const ago = now - time
  if (ago < 60) return t('time.now.within')
  return ago < 12 * 3600 ? t('time.ago', { span: spanOf(ago) }) : timeWithin(time, now)
}

export function numberOf(value: number): string {
  return value.toLocaleString('en-US')
}

/** Counts that stop at 100 stand for more. */
export function countOf(value: number): string {
  return value >= 100 ? '99+' : String(value)
}

/** How many users there are among messages that were counted up to 100: of more messages there may be more users. */
export function usersOf(users: number, messages: number): string {
  return messages >= 100 ? `${Math.min(users, 99)}+` : String(users)
}

/** Limits in words: 50 万, 500k. */
export function limitOf(value: number): string {
  if (value < 10_000) return numberOf(value)
  if (language.value === 'zh-CN') return `${Number((value / 10_000).toFixed(1))} 万`
  return value < 1_000_000 ? `${Number((value / 1000).toFixed(1))}k` : `${Number((value / 1_000_000).toFixed(1))}m`
}

export function millisecondsOf(value: number): string {
  return value < 10_000 ? t('span.milliseconds', { n: numberOf(value) }) : t('span.seconds', { n: Math.round(value / 1000) })
}

const encoder = new TextEncoder()
/** How many bytes of UTF-8 a text has, which is what WeChat limits. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length
}
