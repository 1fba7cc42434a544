import type { Answer } from '@/api/call'
import type { AccountOverview, OverviewProblem } from '@/api/extra'
import type { Check, OutcomeCounts } from '@/api/types'

// What `account/overview` will answer, composed of the calls that exist. It goes once the worker has that call.

const NONE: OutcomeCounts = { answered_late: 0, asked: 0, failed: 0, held: 0, kept: 0, refused: 0, replied: 0, silent: 0, unanswered: 0, unknown: 0 }

export function composed(summary: Answer<'stats/summary'>, check: Answer<'account/check'> | undefined, now: number): AccountOverview {
  const { days, unfinished, counted_at } = summary
  // Days are listed newest first.
  const today = days[0] ?? { messages: 0, events: 0, followed: 0, unfollowed: 0, outcomes: NONE }
  const checks = check?.checks ?? []
  const ids: Record<string, string> = { storage: 'unwritable', access_token: 'token', database_size: 'size', database_rows: 'rows' }
  const problems: OverviewProblem[] = checks
    .filter((each) => !each.ok)
    .map((each) => ({ id: idOf(each, ids), severity: 'failed', params: { message: each.message, ip: ipOf(each.message) } }))
  if (unfinished.dead_deliveries > 0) problems.push({ id: 'dead', severity: 'failed', params: { n: unfinished.dead_deliveries } })
  const token = checks.find((each) => each.name === 'access_token')
  const seconds = numberIn(token, /for (\d+) seconds/)
  const [left, limit] = [numberIn(find(checks, 'quota'), /^(\d+) of/), numberIn(find(checks, 'quota'), /of (\d+)/)]
  const [used, size] = [numberIn(find(checks, 'database_size'), /has (\d+) of/), numberIn(find(checks, 'database_size'), /of (\d+) MB/)]
  return {
    as_of: counted_at,
    today,
    unanswered: { count: unfinished.messages },
    deliveries: { pending: unfinished.pending_deliveries, dead: unfinished.dead_deliveries },
    token: token ? { ok: token.ok, expires_at: seconds === undefined ? null : now + seconds } : null,
    quota: left === undefined || limit === undefined ? [] : [{ api: 'customer_service', used: limit - left, limit }],
    storage: used === undefined || size === undefined ? null : { bytes: used * 1e6, limit: size * 1e6, writable: find(checks, 'storage')?.ok ?? true },
    problems,
  }
}

const find = (checks: readonly Check[], name: string): Check | undefined => checks.find((each) => each.name === name)

function numberIn(check: Check | undefined, pattern: RegExp): number | undefined {
  const found = check && pattern.exec(check.message)?.[1]
  return found === undefined ? undefined : Number(found)
}

function ipOf(message: string): string {
  return /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(message)?.[0] ?? ''
}

function idOf(check: Check, ids: Record<string, string>): string {
  if (check.message.includes('40164')) return 'ip'
  if (check.message.includes('40125')) return 'secret'
  return ids[check.name] ?? check.name
}
