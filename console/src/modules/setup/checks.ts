import type { Check, Setup } from '@/api/types'
import { t } from '@/locales'
import { limitOf, numberOf } from '@/ui/format'
import { megabytesOf } from '@/modules/overview/figures'
import { faceOf } from '@/modules/overview/problems'

/** Whether a check passed; no rules at all are no mistake, but nothing is replied either. */
export function checkState({ name, ok }: Check, rules: number | undefined): 'ok' | 'warning' | 'failed' {
  if (!ok) return 'failed'
  return name === 'replies' && rules === 0 ? 'warning' : 'ok'
}

/** The result of a check in the reader's language; the worker's own words where there are no better ones. `rules` is how many the page has read, so that it shows one number. */
export function checkWords({ name, ok, message, id, params = {} }: Check, setup: Setup | undefined, now: number, rules = setup?.rules): string {
  if (!ok) {
    const face = id ? faceOf({ id, severity: 'failed', params: { ...params, message } }, now) : undefined
    return face ? [face.title, face.detail].filter((words) => words !== '').join(t('rule.colon')) : message
  }
  const number = (field: string): number => Number(params[field] ?? 0)
  switch (name) {
    case 'configuration':
      return t('setup.variables_set')
    case 'encryption':
      return setup ? t(setup.require_encryption ? 'check.encrypted' : setup.mode === 'plain' ? 'check.plain' : 'check.both') : message
    case 'storage':
      return t('check.storage.ok')
    case 'spool':
      return t('status.spool_waiting', { n: number('waiting') })
    case 'replies':
      if (rules === 0) return t('check.no_rules')
      return rules === undefined ? message : t('setup.rule_count', { n: rules })
    case 'providers':
      return t('check.providers.ok')
    case 'access_token':
      return t('setup.api_works')
    case 'callback':
      return t('check.callback.ok')
    case 'quota':
      return t('check.used', { used: numberOf(number('used')), limit: limitOf(number('limit')) })
    case 'database_size':
      return `${megabytesOf(number('bytes'))} / ${megabytesOf(number('limit'))} MB`
    case 'database_rows':
      return t('check.rows', { used: numberOf(number('used')), limit: limitOf(number('limit')) })
    default:
      return message
  }
}
