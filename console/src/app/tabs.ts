import { addressOf } from '@/api/call'
import { language } from '@/locales'
import { session } from './session'

/** What a tab was answered, for other tabs of the same session that ask the same. */
export interface Told {
  name: string
  /** Since when the answer says what is new, in milliseconds; 0 = it says everything. */
  since: number
  /** When it was asked for, in milliseconds. */
  asked: number
  answer: unknown
}
type Message = Told & { reader: string }

const CHANNEL = 'mp-worker.polls'
let opened: BroadcastChannel | undefined
const listeners = new Set<(told: Told) => void>()

/** Who reads what: another key may see less, another account has other users, and problems are worded by the worker. */
const reader = (): string => [session.value?.key.id, addressOf(''), language.value].join(' ')

/** The channel to the other tabs, in browsers that have one. */
function channel(): BroadcastChannel | undefined {
  if (opened || typeof BroadcastChannel === 'undefined') return opened
  opened = new BroadcastChannel(CHANNEL)
  opened.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.reader === reader()) listeners.forEach((listener) => listener(data))
  }
  return opened
}

export function tell(told: Told): void {
  channel()?.postMessage({ ...told, reader: reader() } satisfies Message)
}

/** Calls `listener` with what other tabs are answered, until the returned function is called. */
export function listen(listener: (told: Told) => void): () => void {
  channel()
  listeners.add(listener)
  return () => listeners.delete(listener)
}
