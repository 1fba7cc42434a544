import type { Assistant, AssistantModel } from '@/api/types'

/** What applies to a field that is left empty, as the worker has it. Texts that users see are in their language. */
export const DEFAULTS = {
  label: '（内容由AI生成）', minutes: 30, turns: 8, user_minute: 5, user_day: 50, account_day: 2000, tokens_day: 2_000_000, input_max: 500, parts_max: 3, max_tokens: 800, budget_ms: 4000, timeout_ms: 60_000,
  reset: ['新话题', '#清除记忆'], reset_text: '好的，我们重新开始。', blocked_text: '抱歉，这个问题我无法回答。', fetch_text: '正在为您整理回复，请稍后发送任意消息查看。', busy_text: '您前面的消息还在处理中，请稍后再发。',
  limit_text: '您的提问次数已达上限，请稍后再试。', failure_text: '抱歉，暂时无法回复，请稍后再试。', unreadable: '目前只能识别文字和语音消息，请用文字描述您的问题。',
} as const
export const PROMPT_BYTES = 8192
/** Names under which many know their provider; any other works too. */
export const PROVIDERS = ['deepseek', 'dashscope', 'siliconflow', 'moonshot', 'zhipu', 'workersai', 'dify'] as const
export const LOCATIONS = ['apac', 'wnam', 'enam', 'weur', 'eeur', 'oc', 'sam', 'afr', 'me'] as const

export const emptyModel = (): AssistantModel => ({ provider: '', model: '' })
export const emptyAssistant = (): Assistant => ({ name: '', model: emptyModel(), prompt: '' })

function filled(value: unknown, keep: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each) => filled(each, keep))
  const entries = Object.entries(value)
    .map(([key, each]): [string, unknown] => [key, typeof each === 'object' && each !== null && key !== 'extra' && key !== 'reply' ? filled(each, keep) : each])
    .filter(([key, each]) => keep.has(key) || !(each === undefined || each === '' || (each === null && key !== 'thinking') || (Array.isArray(each) && each.length === 0) || (typeof each === 'object' && each !== null && Object.keys(each).length === 0)))
  return Object.fromEntries(entries)
}

/** The body of the API for a draft: what is empty is left out, except a label, which an empty text switches off. */
export function assistantOf(draft: Assistant): Assistant {
  const fallback = (draft.fallback ?? []).filter(({ provider }) => provider.trim() !== '')
  const handover = draft.handover && draft.handover.words.length > 0 ? draft.handover : undefined
  const { label, ...rest } = draft
  const body = filled({ ...rest, fallback, handover, name: draft.name.trim() }, new Set(['name', 'provider', 'model', 'turns'])) as Assistant
  return typeof label === 'string' ? { ...body, label } : body
}

/** Whether nothing required is empty; the worker checks the rest. */
export function isComplete({ name, model }: Assistant): boolean {
  return name.trim() !== '' && model.provider.trim() !== '' && (model.api === 'dify' || (model.model ?? '').trim() !== '')
}

/** The secret that describes a provider of the first account. */
export const secretOf = (provider: string): string => `AI_${provider.toUpperCase()}`
