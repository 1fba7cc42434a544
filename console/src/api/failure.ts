import type { components } from './schema'

/** The worker's own codes, `network`: no answer reached the browser, and `cancelled`: nobody waited for it. */
export type FailureCode = components['schemas']['Error']['error']['code'] | 'network' | 'cancelled'

/** Why a call failed: what the worker's error object says, or that there was no answer. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly status: number
  /** Path of the refused field, such as `rule.when.keyword`. */
  readonly field: string | undefined
  readonly errcode: number | undefined
  readonly requestId: string | undefined
  /** When the limit ends or the window closed, in Unix seconds. */
  readonly since: number | undefined
  /** The API key that made the newer version. */
  readonly by: string | undefined

  constructor(code: FailureCode, message: string, status: number, details: Partial<Pick<Failure, 'field' | 'errcode' | 'requestId' | 'since' | 'by'>> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.field = details.field
    this.errcode = details.errcode
    this.requestId = details.requestId
    this.since = details.since
    this.by = details.by
  }

  /** Whether the call may have taken effect although it failed. */
  get uncertain(): boolean {
    return this.code === 'network' || this.code === 'request_failed'
  }
}

/** Reads the body of a response that is not 200. */
export function failureOf(status: number, body: unknown): Failure {
  const error = typeof body === 'object' && body !== null && 'error' in body ? (body as components['schemas']['Error']).error : undefined
  if (!error) return new Failure('internal', `HTTP ${status}`, status)
  return new Failure(error.code, error.message, status, {
    field: error.field,
    errcode: error.errcode,
    requestId: error.request_id,
    since: error.since,
    by: error.by,
  })
}

/** Turns anything that was thrown into a `Failure`. */
export function asFailure(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure('internal', error instanceof Error ? error.message : String(error), 0)
}
