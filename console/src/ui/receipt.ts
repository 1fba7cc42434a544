import type { Outcome } from '@/api/types'
import { known, t, type Key } from '@/locales'

export type Tone = 'pine' | 'sky' | 'amber' | 'seal' | 'quiet'
export type Mark = 'check' | 'out' | 'dots' | 'circle' | 'dash' | 'bars' | 'loop' | 'bang' | 'question'

/** What became of a message, in the fields of the API. */
export interface ReceiptFacts {
  outcome: Outcome | 'accepted' | 'sending' | 'settled'
  rule?: string | null | undefined
  /** Id of the rule, for the link to it. */
  ruleId?: string | null | undefined
  backend?: string | null | undefined
  sender?: string | null | undefined
  /** Name of the key, where the API says it. */
  senderName?: string | null | undefined
  tookMs?: number | null | undefined
  errcode?: number | null | undefined
  error?: string | null | undefined
  /** Until when a kept answer waits. */
  expiresAt?: number | null | undefined
}

export interface Who { kind: 'rule' | 'backend' | 'person' | 'program'; name: string }
export interface ReceiptFace { mark: Mark; tone: Tone; words: string; reason?: string | undefined; who?: Who | undefined; tookMs?: number | undefined }

const FACES: Record<ReceiptFacts['outcome'], [Mark, Tone, Key]> = {
  replied: ['check', 'pine', 'outcome.replied'],
  answered_late: ['check', 'pine', 'outcome.answered_late'],
  accepted: ['out', 'pine', 'outcome.accepted'],
  asked: ['dots', 'sky', 'outcome.asked'],
  sending: ['dots', 'sky', 'outcome.sending'],
  unanswered: ['circle', 'amber', 'outcome.unanswered'],
  silent: ['dash', 'quiet', 'outcome.silent'],
  settled: ['check', 'quiet', 'conversations.done'],
  held: ['bars', 'quiet', 'outcome.held'],
  kept: ['loop', 'sky', 'outcome.kept'],
  refused: ['bang', 'seal', 'outcome.refused'],
  failed: ['bang', 'seal', 'outcome.failed'],
  unknown: ['question', 'amber', 'outcome.unknown'],
}

export const isOutcome = (value: string): value is ReceiptFacts['outcome'] => value in FACES

/** Who sent a message: `key:` and an id, `root`, `rule:` or `backend:` and a name, or an SDK. */
export function senderOf(sender: string, name?: string | null): Who {
  const [kind = '', rest = ''] = split(sender)
  if (kind === 'rule' || kind === 'backend') return { kind, name: rest }
  if (kind === 'root') return { kind: 'person', name: t('root_key') }
  if (kind === 'key') return { kind: 'person', name: name ?? rest.slice(0, 8) }
  return { kind: 'program', name: name ?? sender }
}

function split(sender: string): [string, string] {
  const at = sender.indexOf(':')
  return at < 0 ? [sender, ''] : [sender.slice(0, at), sender.slice(at + 1)]
}

/** What the worker writes down of a failed answer, by a part of its words. */
const REASONS: readonly [RegExp, Key][] = [
  [/^it answered (\d+)/, 'reason.status'],
  [/^its answer is invalid/, 'reason.invalid'],
  [/it may have been sent/, 'reason.maybe'],
  [/could not be reached|connection broke|in time|timed out/, 'reason.unreachable'],
  [/has not answered yet/, 'reason.waiting'],
]

/** Why nothing was sent, in the reader's words where there are some. */
function reasonOf({ errcode, error }: ReceiptFacts): string | undefined {
  const code = errcode ?? /^WeChat refused \((\d+)/.exec(error ?? '')?.[1]
  const byErrcode = `errcode.${code ?? ''}`
  if (known(byErrcode)) return t(byErrcode)
  return error ? errorWords(error) : code ? t('errcode', { errcode: code }) : undefined
}

/** Why a backend's answer counts as failed, in the reader's words where there are some. */
export function errorWords(error: string): string {
  for (const [pattern, key] of REASONS) {
    const match = pattern.exec(error)
    if (match) return t(key, { n: match[1] ?? '' })
  }
  return error
}

/** The one line under a message. */
export function receiptOf(facts: ReceiptFacts): ReceiptFace {
  const [mark, tone, key] = FACES[facts.outcome]
  const who: Who | undefined = facts.rule
    ? { kind: 'rule', name: facts.rule }
    : facts.backend
      ? { kind: 'backend', name: facts.backend }
      : facts.sender
        ? senderOf(facts.sender, facts.senderName)
        : undefined
  return { mark, tone, words: t(key), who, reason: reasonOf(facts), tookMs: facts.tookMs ?? undefined }
}
