import type { OverviewProblem } from '@/api/types'
import { hashOf } from '@/app/router'
import { may } from '@/app/session'
import { known, t } from '@/locales'
import { providerWords } from '@/modules/assistants/failure'
import { countOf, limitOf, timeWithin } from '@/ui/format'
import { megabytesOf } from './figures'

export interface ProblemFace { id: string; title: string; detail: string; since?: string; failed: boolean; action?: { label: string; href: string } }

/** Where a problem is dealt with. */
const PLACES: Record<string, [screen: string, scope: string]> = {
  unwritable: ['setup', 'account:read'], unheld: ['setup', 'account:read'], token: ['setup', 'account:read'], secret: ['setup', 'account:read'],
  ip: ['setup', 'account:read'], callback: ['setup', 'account:read'], configuration: ['setup', 'account:read'], not_connected: ['setup', 'account:read'],
  unsent: ['conversations', 'message:read'], dead: ['backends', 'webhook:read'], model: ['assistants', 'assistant:read'],
}

/** A parameter as it is read: counts stop at 100, and sizes are megabytes. */
function wordsOf(name: string, value: string | number): string | number {
  if (typeof value === 'string') return value
  if (name === 'n') return countOf(value)
  if (name === 'bytes') return megabytesOf(value)
  return name === 'limit' || name === 'used' ? limitOf(value) : value
}

/** The most telling text of a problem that its parameters can fill. */
function textOf(id: string, params: OverviewProblem['params'], part: '' | '.detail'): string | undefined {
  const variants = [
    ...(params['name'] === undefined ? [] : [`issue.${id}.named${part}`]),
    ...(params['days'] === undefined ? [] : [`issue.${id}.days${part}`]),
    ...(params['step'] === undefined || part === '' ? [] : [`setup.broke.${params['step']}`]),
    `issue.${id}${part}`,
  ]
  const key = variants.find(known)
  if (key === undefined) return undefined
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, id === 'size' && name === 'limit' ? megabytesOf(Number(value)) : wordsOf(name, value)]))
  return t(key, params['skew'] === undefined ? values : { ...values, n: Math.abs(Number(params['skew'])) })
}

/** Deliveries that were given up are those of one backend, or messages to users. */
function idOf(id: string, params: OverviewProblem['params']): string {
  if (id !== 'dead' || params['webhook'] === undefined) return ''
  return params['webhook'] === '' ? 'to-users' : `${params['webhook']}/deliveries`
}

/** What the worker says where there is no text for it. */
const messageOf = (id: string, message: string): string => (id === 'model' ? providerWords(message) : message)

/** A problem in words. */
export function faceOf({ id, severity, since, params }: OverviewProblem, now: number): ProblemFace {
  const place = PLACES[id]
  return {
    id,
    title: textOf(id, params, '') ?? t('issue.other'),
    detail: textOf(id, params, '.detail') ?? messageOf(id, String(params['message'] ?? '')),
    failed: severity === 'failed',
    ...(since && { since: t('issue.since', { time: timeWithin(since, now) }) }),
    ...(place && may(place[1]) && { action: { label: t(place[0] === 'setup' ? 'issue.fix' : 'issue.view'), href: hashOf({ screen: place[0], id: idOf(id, params), query: id === 'unsent' ? { filter: 'failed' } : {} }) } }),
  }
}

/** Problems in words, worst first. */
export function facesOf(problems: readonly OverviewProblem[], now: number): ProblemFace[] {
  return [...problems].sort((a, b) => Number(b.severity === 'failed') - Number(a.severity === 'failed')).map((problem) => faceOf(problem, now))
}
