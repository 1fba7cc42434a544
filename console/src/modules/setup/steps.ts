import type { Handshake, Setup } from '@/api/extra'
import type { Check } from '@/api/types'
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
export function apiState(report: Report | undefined): { state: StepState; errcode?: 40164 | 40125; ip?: string; message?: string } {
  const check = find(report, 'access_token')
  if (check === undefined) return { state: 'todo' }
  if (check.ok) return { state: 'done' }
  const ip = /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(check.message)?.[0]
  const errcode = check.message.includes('40164') ? 40164 : check.message.includes('40125') ? 40125 : undefined
  return { state: 'failed', message: check.message, ...(errcode && { errcode }), ...(ip && { ip }) }
}

/** The newest attempt of WeChat, and how far it got. */
export function chainOf(handshake: Handshake | undefined): { link: Link; state: 'ok' | 'failed' | 'not_reached' }[] {
  const step = handshake?.step === 'decrypt' ? 'answer' : handshake?.step
  const broke = handshake && !handshake.ok ? CHAIN.indexOf(step as Link) : CHAIN.length
  return CHAIN.map((link, index) => ({ link, state: handshake === undefined || index > broke ? 'not_reached' : index === broke ? 'failed' : 'ok' }))
}

export function serverState(setup: Setup | undefined, hasMessages: boolean): StepState {
  if (hasMessages || setup?.first_message_at || setup?.handshakes.some((each) => each.ok)) return 'done'
  return setup?.handshakes[0] ? 'failed' : 'waiting'
}
