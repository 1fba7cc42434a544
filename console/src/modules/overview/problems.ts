import type { OverviewProblem } from '@/api/extra'
import { hashOf } from '@/app/router'
import { may } from '@/app/session'
import { known, t } from '@/locales'
import { limitOf } from '@/ui/format'

export interface ProblemFace { id: string; title: string; detail: string; failed: boolean; action?: { label: string; href: string } }

/** Where a problem is dealt with, on the screens that exist. */
const PLACES: Record<string, [screen: string, scope: string]> = {
  unwritable: ['setup', 'account:read'], unheld: ['setup', 'account:read'], token: ['setup', 'account:read'], secret: ['setup', 'account:read'],
  ip: ['setup', 'account:read'], callback: ['setup', 'account:read'], configuration: ['setup', 'account:read'], not_connected: ['setup', 'account:read'],
  unsent: ['conversations', 'message:read'],
}

/** A problem in words, worst first. */
export function facesOf(problems: readonly OverviewProblem[]): ProblemFace[] {
  return [...problems].sort((a, b) => Number(b.severity === 'failed') - Number(a.severity === 'failed')).map(faceOf)
}

function faceOf({ id, severity, params }: OverviewProblem): ProblemFace {
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, name === 'limit' || name === 'used' ? limitOf(Number(value)) : value]))
  const title = `issue.${id}`
  const detail = `issue.${id}.detail`
  const place = PLACES[id]
  return {
    id,
    title: known(title) ? t(title, values) : t('issue.other'),
    detail: known(detail) ? t(detail, values) : String(params['message'] ?? ''),
    failed: severity === 'failed',
    ...(place && may(place[1]) && { action: { label: t(place[0] === 'setup' ? 'issue.fix' : 'issue.view'), href: hashOf({ screen: place[0], id: '', query: id === 'unsent' ? { filter: 'failed' } : {} }) } }),
  }
}
