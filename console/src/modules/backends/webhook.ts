import { shallowRef } from 'vue'
import { call, perAccount, type Answer } from '@/api/call'
import type { Webhook } from '@/api/types'
import { may } from '@/app/session'
import { t } from '@/locales'

/** A webhook as the worker lists it: always with an id. */
export type ListedWebhook = Webhook & { id: string }
export type Delivery = Answer<'delivery/list'>['deliveries'][number]
export interface WebhookSet { webhooks: ListedWebhook[]; version: number }

/** What stands in a place of the console for deliveries that are messages to users, and call no webhook. */
export const TO_USERS = 'to-users'
/** The id of a place's webhook in the API. */
export const webhookOf = (id: string): string => (id === TO_USERS ? '' : id)

/** The webhooks as they were last read. */
export const webhookSet = shallowRef<WebhookSet>()
perAccount(() => (webhookSet.value = undefined))

export async function loadWebhooks(signal?: AbortSignal): Promise<WebhookSet> {
  const { webhooks, version } = await call('webhook/list', {}, signal ? { signal } : {})
  return (webhookSet.value = { webhooks: webhooks as ListedWebhook[], version })
}

/** Whether the key may store a webhook of this mode: it gets every message, and one that is asked answers users. */
export const mayStore = (mode: Webhook['mode']): boolean => may('webhook:write') && may('message:read') && (mode === 'notify' || may('message:write'))

export const emptyWebhook = (): Webhook => ({ url: '', mode: 'notify' })

/** The name, or where it is. */
export function titleOf({ name, url }: Webhook): string {
  if (name) return name
  try {
    return new URL(url).host
  } catch {
    return url || t('backends.title')
  }
}

/** The body of the API for a draft: empty fields are left out, and those of the other mode. */
export function webhookBody(draft: Webhook): Webhook {
  const { name, messages, events, off, timeout_ms, budget_ms, slow, fetch_text, id, url, mode } = draft
  return {
    ...(id && { id }),
    ...(name?.trim() && { name: name.trim() }),
    url: url.trim(),
    mode,
    ...(messages?.length && { messages }),
    ...(events?.length && { events }),
    ...(timeout_ms && { timeout_ms }),
    ...(mode === 'respond' && budget_ms && { budget_ms }),
    ...(mode === 'respond' && slow === 'next_delivery' && { slow, ...(fetch_text?.trim() && { fetch_text: fetch_text.trim() }) }),
    ...(off && { off: true }),
  }
}

/** How many deliveries each webhook has in a state, counted among the first hundred of them. */
export async function countDeliveries(state: 'pending' | 'dead', signal?: AbortSignal): Promise<Map<string, number>> {
  const { deliveries } = await call('delivery/list', { state, limit: 100 }, signal ? { signal } : {})
  const counts = new Map<string, number>()
  for (const { webhook } of deliveries) counts.set(webhook, (counts.get(webhook) ?? 0) + 1)
  return counts
}
