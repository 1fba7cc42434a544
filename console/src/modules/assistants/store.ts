import { call, type Answer } from '@/api/call'
import type { Assistant } from '@/api/types'

export interface AssistantSet { assistants: Assistant[]; version: number }
export type Provider = Answer<'assistant/providers'>['providers'][number]

export async function loadAssistants(signal?: AbortSignal): Promise<AssistantSet> {
  return call('assistant/list', {}, signal ? { signal } : {})
}
export async function loadProviders(signal?: AbortSignal): Promise<Provider[]> {
  return (await call('assistant/providers', {}, signal ? { signal } : {})).providers
}
