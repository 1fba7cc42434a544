import type { Failure } from '@/api/failure'
import { known, t } from '@/locales'
import { knownComplaint } from './complaint'
import { timeWithin } from './format'

/** The status of a request that is larger than the worker, or Cloudflare before it, accepts. */
const TOO_LARGE = 413

/** What happened and what to do, in the reader's words. */
export function adviceOf(failure: Failure): string {
  if (failure.code === 'publishing') return t('problem.publishing', { n: failure.retryAfter ?? 0 })
  // Whether WeChat or the worker refuses, waiting is what helps.
  if (failure.retryAfter !== undefined) return t('problem.retry_after', { n: failure.retryAfter })
  if (failure.status === TOO_LARGE) return t('problem.too_large')
  const byErrcode = `errcode.${failure.errcode ?? ''}`
  if (known(byErrcode)) return t(byErrcode)
  switch (failure.code) {
    case 'wechat_error':
      return t('problem.wechat_error', { errcode: failure.errcode ?? '?' })
    case 'rate_limited':
      return failure.since === undefined ? t('problem.rate_limited') : t('problem.rate_limited_until', { time: timeWithin(failure.since, Date.now() / 1000) })
    case 'invalid_parameter':
    case 'invalid_reply': {
      const complaint = failure.field === undefined ? undefined : knownComplaint(failure.message.slice(failure.field.length + 1))
      return complaint === undefined ? t('problem.invalid') : `${t('problem.invalid')}${t('rule.colon')}${complaint}`
    }
    case 'not_found':
      return t('problem.not_found')
    case 'conflict':
      // The root key and the worker itself are not a person.
      return failure.by === undefined || failure.by === 'root' || failure.by === 'mp-worker' ? t('problem.conflict') : t('problem.conflict_by', { name: failure.by })
    case 'cancelled':
    case 'forbidden':
    case 'network':
    case 'not_configured':
    case 'request_failed':
    case 'unauthorized':
    case 'window_closed':
      return t(`problem.${failure.code}`)
    default:
      return t('problem.internal')
  }
}

/** The input to which a refused field belongs: the longest registered path that begins it. */
export function inputOf(field: string | undefined, paths: readonly string[]): string | undefined {
  if (field === undefined) return undefined
  return paths
    .filter((path) => field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`))
    .sort((a, b) => b.length - a.length)[0]
}
