import type { components } from './schema'

/** The worker's own codes, `network`: no answer reached the browser, and `cancelled`: nobody waited for it. */
export type FailureCode = components['schemas']['Error']['error']['code'] | 'network' | 'cancelled'

export type PublishedPart = NonNullable<components['schemas']['Error']['error']['published']>[number]

/** Why a call failed: what the worker's error object says, or that there was no answer. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly status: number
  /** Path of the refused field, such as `rule.when.keyword`. */
  readonly field: string | undefined
  readonly errcode: number | undefined
  readonly requestId: string | undefined
  /** How long to wait before the call is repeated, in seconds. */
  readonly retryAfter: number | undefined
  /** When the limit ends or the window closed, in Unix seconds. */
  readonly since: number | undefined
  /** The API key that made the newer version. */
  readonly by: string | undefined
  /** The parts of a menu that are published although another failed. */
  readonly published: readonly PublishedPart[]

  constructor(code: FailureCode, message: string, status: number, details: Partial<Pick<Failure, 'field' | 'errcode' | 'requestId' | 'retryAfter' | 'since' | 'by' | 'published'>> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.field = details.field
    this.errcode = details.errcode
    this.requestId = details.requestId
    this.retryAfter = details.retryAfter
    this.since = details.since
    this.by = details.by
    this.published = details.published ?? []
  }

  /** Whether the call may have taken effect although it failed. */
  get uncertain(): boolean {
    return this.code === 'network' || this.code === 'request_failed'
  }
}

/** Whole seconds; a date, which the worker does not send, is not read. */
function secondsOf(header: string | null | undefined): number | undefined {
  const seconds = Number(header || Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined
}

/** Reads a response that is not 200: its body, and the seconds of its `Retry-After`. */
export function failureOf(status: number, body: unknown, retryAfter?: string | null): Failure {
  const error = typeof body === 'object' && body !== null && 'error' in body ? (body as components['schemas']['Error']).error : undefined
  if (!error) return new Failure(status === 429 ? 'rate_limited' : 'internal', `HTTP ${status}`, status, { retryAfter: secondsOf(retryAfter) })
  return new Failure(error.code, error.message, status, {
    field: error.field,
    errcode: error.errcode,
    requestId: error.request_id,
    retryAfter: secondsOf(retryAfter),
    since: error.since,
    by: error.by,
    published: error.published,
  })
}

/** Turns anything that was thrown into a `Failure`. */
export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', error instanceof Error ? error.message : String(error), 0)
}
