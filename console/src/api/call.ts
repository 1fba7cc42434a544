import { Failure, failureOf } from './failure'
import type { paths } from './schema'

type Named = { [P in keyof paths as P extends `/api/${infer Name}` ? Name : never]: paths[P] }
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type Calls = {
  [Name in keyof Named]: Named[Name] extends { post: { requestBody?: infer Request; responses: { 200: infer Answer } } }
    ? { body: Json<NonNullable<Request>>; answer: Json<Answer> }
    : never
}
/** A call of the JSON API, such as `rule/list`. */
export type CallName = keyof Calls & string
export type Body<Name extends CallName> = Calls[Name]['body']
export type Answer<Name extends CallName> = Calls[Name]['answer']

export interface Options { signal?: AbortSignal; account?: string }

const TIMEOUT_MS = 30_000
let currentAccount: string | undefined
let onSignedOut: () => void = () => {}
let onSent: () => void = () => {}
const forgetters: (() => void)[] = []

/** Which account calls are for, unless they name another. */
export function useAccount(name: string | undefined): void {
  if (name !== currentAccount) forgetters.forEach((forget) => forget())
  currentAccount = name
}

/** What is kept of one account is forgotten before another is shown. */
export function perAccount(forget: () => void): void {
  forgetters.push(forget)
}

/** What happens when the worker no longer knows the session. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

/** What happens with each request. */
export function whenSent(handler: () => void): void {
  onSent = handler
}

export function addressOf(name: string, account: string | undefined = currentAccount): string {
  // A session is for all accounts of its key.
  return `/api/${name}${account === undefined || name.startsWith('session/') ? '' : `?account=${encodeURIComponent(account)}`}`
}

/** A signal that the time or the caller ends. `AbortSignal.any` and `timeout` are missing in Safari before 17.4 and Chromium before 116. */
function limited(timeoutMs: number, caller: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
  const own = new AbortController()
  const end = (): void => own.abort()
  const timer = setTimeout(() => own.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
  if (caller?.aborted) end()
  caller?.addEventListener('abort', end)
  return {
    signal: own.signal,
    release: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', end)
    },
  }
}

/** Posts to the worker with the session's cookie. Throws `Failure`, or an `AbortError` if `signal` ended it. */
export async function post(address: string, init: { body: BodyInit; headers: Record<string, string> }, timeoutMs: number, signal?: AbortSignal): Promise<unknown> {
  const limit = limited(timeoutMs, signal)
  onSent()
  try {
    const response = await fetch(address, {
      method: 'POST',
      credentials: 'same-origin',
      ...init,
      headers: { 'Accept-Language': document.documentElement.lang, ...init.headers },
      signal: limit.signal,
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error
      throw new Failure('network', String(error), 0)
    })
    const answer: unknown = await response.json().catch(() => undefined)
    if (response.ok && answer !== undefined) return answer
    const failure = failureOf(response.status, answer, response.headers.get('retry-after'))
    if (failure.code === 'unauthorized' && !address.startsWith('/api/session/')) onSignedOut()
    throw failure
  } finally {
    limit.release()
  }
}

/** Makes a call of the JSON API. */
export async function call<Name extends CallName>(name: Name, body: Body<Name>, { signal, account }: Options = {}): Promise<Answer<Name>> {
  const init = { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
  return (await post(addressOf(name, account), init, TIMEOUT_MS, signal)) as Answer<Name>
}
