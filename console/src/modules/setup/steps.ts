import type { Attempt, AttemptStep, Check, Setup } from '@/api/types'
import type { Report } from './source'

export type StepState = 'done' | 'failed' | 'waiting' | 'todo'
export const CHAIN = ['arrived', 'parameters', 'time', 'signature', 'answer'] as const
export type Link = (typeof CHAIN)[number]

const find = (report: Report | undefined, name: string): Check | undefined => report?.checks.find((check) => check.name === name)

/** Whether all variables are set, by the worker's own list or by its check. */
export function variablesState(setup: Setup | undefined, report: Report | undefined): StepState {
  if (setup) return setup.variables.some((variable) => variable.state === 'malformed') ? 'failed' : setup.variables.some((variable) => variable.state === 'missing') ? 'todo' : 'done'
  const check = find(report, 'configuration')
  return check === undefined ? 'todo' : check.ok ? 'done' : 'failed'
}

/** Whether WeChat answers us, and if not, why. */
export function apiState(report: Report | undefined): { state: StepState; problem?: string; ip?: string; message?: string } {
  const check = find(report, 'access_token')
  if (check === undefined) return { state: 'todo' }
  if (check.ok) return { state: 'done' }
  const ip = check.params?.['ip']
  return { state: 'failed', message: check.message, ...(check.id && { problem: check.id }), ...(ip !== undefined && { ip: String(ip) }) }
}

/** In which link of the chain an attempt broke. */
const LINKS: Record<AttemptStep, Link> = { parameters: 'parameters', time: 'time', signature: 'signature', mode: 'answer', decrypt: 'answer', recipient: 'answer', answer: 'answer' }

/** How far the newest attempt of WeChat got. */
export function chainOf(attempt: Attempt | undefined): { link: Link; state: 'ok' | 'failed' | 'not_reached' }[] {
  const broke = attempt && !attempt.ok ? CHAIN.indexOf(LINKS[attempt.step]) : CHAIN.length
  return CHAIN.map((link, index) => ({ link, state: attempt === undefined || index > broke ? 'not_reached' : index === broke ? 'failed' : 'ok' }))
}

/** The newest verification of the address or refused delivery: whichever came last. */
export function newestAttempt(setup: Setup | undefined): Attempt | undefined {
  const refused = (setup?.refused ?? []).map((each): Attempt => ({ ...each, ok: false }))
  return [...(setup?.handshakes ?? []), ...refused].sort((a, b) => b.at - a.at)[0]
}

/** Whether WeChat's requests arrive. A message that was taken outweighs what a stranger may have sent. */
export function serverState(setup: Setup | undefined, hasMessages: boolean): StepState {
  if (hasMessages || setup?.first_message_at) return 'done'
  const newest = setup?.handshakes[0] ?? newestAttempt(setup)
  return newest === undefined ? 'waiting' : newest.ok ? 'done' : 'failed'
}

/** The command that sets a variable. Those of further accounts are fields of one secret. */
export function commandOf(variable: string): string {
  return `npx wrangler secret put ${variable.replace(/[[.].*$/, '')}`
}
