import { call, type Answer } from '@/api/call'
import type { OutcomeCounts } from '@/api/types'
import { t } from '@/locales'
import { daysOf } from '@/modules/overview/figures'
import { eventName } from '@/modules/rules/describe'
import { millisecondsOf, numberOf } from '@/ui/format'

export type Report = Answer<'stats/report'>
export const VIEWS = ['day', 'outcome', 'time', 'rule', 'key', 'scene', 'word'] as const
export type View = (typeof VIEWS)[number]
type Part = Parameters<typeof call<'stats/report'>>[1]['by'][number]
/** What each view asks for. */
export const PARTS: Record<View, readonly Part[]> = { day: ['day'], outcome: ['day'], time: ['backend'], rule: ['rule'], key: ['key'], scene: ['scene'], word: ['word'] }
export const SPANS = [7, 28, 90] as const
export const DAY = 86_400

/** Outcomes in the order in which they are read, the good ones first. */
export const OUTCOMES = ['replied', 'answered_late', 'asked', 'kept', 'silent', 'held', 'unanswered', 'refused', 'failed', 'unknown'] as const satisfies readonly (keyof OutcomeCounts)[]

/** Names where the worker knows ids alone. */
export interface Names { backends?: ReadonlyMap<string, string>; rules?: ReadonlyMap<string, string>; buttons?: ReadonlyMap<string, string> }
/** How the worker writes an assistant among the backends. */
const ASSISTANT = 'assistant:'
const backendName = (id: string, names: Names): string => names.backends?.get(id) ?? (id.startsWith(ASSISTANT) ? t('stats.assistant', { name: id.slice(ASSISTANT.length) }) : id)
export interface Column { label: string; number?: boolean }
/** A view as rows: what is shown, what a CSV file has, and where a row leads. */
export interface Row { key: string; cells: readonly string[]; raw: readonly (string | number)[] }
export interface Table { columns: readonly Column[]; rows: readonly Row[] }

const row = (key: string, raw: readonly (string | number)[], shown: readonly string[] = raw.map((value) => (typeof value === 'number' ? numberOf(value) : value))): Row => ({ key, raw, cells: shown })
const answered = (outcomes: OutcomeCounts): number => outcomes.replied + outcomes.answered_late
const figure = (label: string): Column => ({ label, number: true })
const milliseconds = (value: number | null | undefined): string => (value === null || value === undefined ? '—' : millisecondsOf(value))

export function tableOf(view: View, report: Report, names: Names, span: number, now: number): Table {
  switch (view) {
    case 'day':
      return {
        columns: [{ label: t('chart.day') }, figure(t('figure.messages')), figure(t('stats.events')), figure(t('figure.followed')), figure(t('stats.unfollowed')), figure(t('figure.unanswered'))],
        rows: daysOf(report.days ?? [], span, now).reverse().map((day) => row(day.date, [day.date, day.messages, day.events, day.followed, day.unfollowed, day.outcomes.unanswered])),
      }
    case 'outcome':
      return {
        columns: [{ label: t('chart.day') }, ...OUTCOMES.map((each) => figure(t(each === 'refused' ? 'stats.refused' : `outcome.${each}`)))],
        rows: daysOf(report.days ?? [], span, now).reverse().map((day) => row(day.date, [day.date, ...OUTCOMES.map((each) => day.outcomes[each])])),
      }
    case 'time':
      return {
        columns: [{ label: t('stats.who') }, figure(t('stats.asked')), figure(t('stats.median')), figure(t('stats.p95')), figure(t('outcome.failed'))],
        rows: (report.backends ?? []).map((each) => {
          const name = backendName(each.backend, names)
          return row(each.backend, [name, each.asked, each.median_ms ?? '', each.p95_ms ?? '', each.outcomes.failed], [name, numberOf(each.asked), milliseconds(each.median_ms), milliseconds(each.p95_ms), numberOf(each.outcomes.failed)])
        }),
      }
    case 'rule':
      return {
        columns: [{ label: t('stats.rule') }, figure(t('stats.hits')), figure(t('figure.replied')), figure(t('outcome.failed'))],
        rows: (report.rules ?? []).map((each) => row(each.rule, [each.rule === 'other' ? t('stats.other') : (names.rules?.get(each.rule) ?? each.rule), each.hits, answered(each.outcomes), each.outcomes.failed + each.outcomes.refused])),
      }
    case 'key':
      return {
        columns: [{ label: t('stats.button') }, { label: t('stats.button_key') }, { label: t('stats.event') }, figure(t('stats.taps')), figure(t('figure.replied'))],
        rows: [...(report.keys ?? [])].sort((a, b) => b.received - a.received).map((each) => row(`${each.event} ${each.key}`, [each.key ? (names.buttons?.get(each.key) ?? each.key) : t('stats.other'), each.key, eventName(each.event), each.received, answered(each.outcomes)])),
      }
    case 'scene':
      return {
        columns: [{ label: t('stats.code') }, { label: t('stats.scene') }, figure(t('stats.scans')), figure(t('figure.followed'))],
        rows: (report.scenes ?? []).map((each) => row(each.scene, [each.name || each.scene, each.scene, each.scans, each.followed])),
      }
    case 'word':
      return { columns: [{ label: t('stats.text') }, figure(t('stats.times'))], rows: (report.words ?? []).map((each) => row(each.text, [each.text, each.count])) }
  }
}
