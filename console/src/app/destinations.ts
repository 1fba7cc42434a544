import { titleOf as backendTitle, TO_USERS, webhookSet } from '@/modules/backends/webhook'
import { titleOf } from '@/modules/rules/describe'
import { ruleSet } from '@/modules/rules/store'
import { t } from '@/locales'
import type { IconName } from '@/ui/icons'
import { open } from './navigation'
import type { Place } from './router'
import { may } from './session'

/** A place that the palette can open. */
export interface Destination { key: string; label: string; detail: string; icon: IconName; to: Partial<Place> }

const MOST = 12
/** WeChat's OpenIDs: 28 characters, the first of which is `o`. */
const OPENID = /^o[\w-]{20,40}$/
const RULE_ID = /^r_\w+$/
/** The `webhook-id` of a delivery. */
const DELIVERY_ID = /^msg_\w{20,}$/

/** What a pasted id names, whether or not it was loaded. */
export function pasted(words: string): Destination | undefined {
  if (OPENID.test(words) && may('message:read')) return { key: words, label: words, detail: t('conversations.title'), icon: 'conversations', to: { screen: 'conversations', id: words, query: { filter: 'all' } } }
  if (RULE_ID.test(words) && may('rule:read')) return { key: words, label: words, detail: t('rules.title'), icon: 'rules', to: { screen: 'rules', id: words, query: {} } }
  if (DELIVERY_ID.test(words) && may('webhook:read')) return { key: words, label: words, detail: t('delivery.one'), icon: 'backend', to: { screen: 'backends', id: `${TO_USERS}/deliveries/${words}`, query: {} } }
  return undefined
}

/** Screens, loaded rules and loaded backends whose name contains the words, the screens first. */
export function destinations(words: string): Destination[] {
  const wanted = words.trim().toLowerCase()
  const has = (text: string): boolean => text.toLowerCase().includes(wanted)
  const screens = open.value.map((module): Destination => ({ key: module.screen, label: t(module.label), detail: `g ${module.letter}`, icon: module.icon, to: { screen: module.screen, id: '', query: {} } }))
  const rules = may('rule:read') && wanted !== '' ? (ruleSet.value?.rules ?? []) : []
  const named = rules.map((rule, index): Destination => ({ key: rule.id, label: titleOf(rule, index), detail: t('rule.nth', { n: index + 1 }), icon: 'rules', to: { screen: 'rules', id: rule.id, query: {} } }))
  const backends = wanted === '' ? [] : (webhookSet.value?.webhooks ?? []).map((webhook): Destination => ({ key: webhook.id, label: backendTitle(webhook), detail: t('backends.title'), icon: 'backend', to: { screen: 'backends', id: webhook.id, query: {} } }))
  const exact = pasted(words.trim())
  const found = [...screens, ...named, ...backends].filter((each) => has(each.label) && each.key !== exact?.key)
  return [...(exact ? [exact] : []), ...found].slice(0, MOST)
}
