import type { Check, OutcomeCounts } from './types'

// Calls and fields that openapi.json does not have yet. Each is removed once the worker has it.

export interface SessionKey { id?: string | null; name: string; scopes: string[]; expires_at?: number | null; root: boolean }
export type AccountState = 'ok' | 'attention' | 'new'
export interface SessionAccount { name: string; app_id?: string | null; state: AccountState }
export interface Session { key: SessionKey; accounts: SessionAccount[]; build: string; ends_at: number }

export interface Figures { messages: number; events: number; followed: number; unfollowed: number; outcomes: OutcomeCounts }
export interface OverviewProblem { id: string; severity: 'failed' | 'warning'; since?: number | null; params: Record<string, string | number> }
/** Parts that the key may not read, or that cannot be read now, are absent. */
export interface AccountOverview {
  /** When the figures were counted; the rest is of now. Parts that the key may not read are absent. */
  as_of: number
  today?: Figures | null
  yesterday_by_now?: Figures | null
  unanswered?: { count: number; oldest_at?: number | null } | null
  deliveries?: { pending: number; dead: number } | null
  token?: { ok: boolean; expires_at?: number | null } | null
  quota: { api: string; used: number; limit: number; as_of?: number }[]
  storage?: { bytes: number; limit: number; full_in_days?: number | null; writable: boolean } | null
  spool?: { waiting: number; set_aside: number } | null
  last_message_at?: number | null
  problems: OverviewProblem[]
}

/** The step of a request of WeChat that failed; `answer` if none did. */
export type AttemptStep = 'parameters' | 'time' | 'signature' | 'mode' | 'decrypt' | 'recipient' | 'answer'
/** A verification of the server address, or a delivery that was refused. */
export interface Attempt { at: number; ok: boolean; step: AttemptStep; skew?: number | null; took_ms?: number | null }
/** A check, with the problem and what it says in numbers. */
export type CheckWithId = Check & { id?: string | null; params?: Record<string, string | number> }
export interface SetupVariable { name: string; state: 'set' | 'missing' | 'malformed'; secret: boolean; for: string[] }
export interface Setup {
  callback_url: string
  mode: 'secure' | 'plain'
  variables: SetupVariable[]
  handshakes: Attempt[]
  refused: Omit<Attempt, 'ok' | 'took_ms'>[]
  first_message_at?: number | null
  rules: number
  require_encryption: boolean
  original_id: boolean
  root_key_used: boolean
}

export interface AuditEntry { at: number; key: { id?: string | null; name: string }; call: string; object?: string | null; ok: boolean; request_id: string }

export interface MediaItem { media_id: string; name: string; url?: string | null }

/** Calls by name: what they take, and what they answer. */
export interface ExtraCalls {
  'session/create': { body: { key: string } | { ticket: string }; answer: Session }
  'session/get': { body: Record<string, never>; answer: Session }
  'session/delete': { body: Record<string, never>; answer: Record<string, never> }
  'account/overview': { body: Record<string, never>; answer: AccountOverview }
  'setup/get': { body: Record<string, never>; answer: Setup }
  'media/list': { body: { type: string; offset: number; limit: number }; answer: { items: MediaItem[]; total: number } }
  'audit/list': { body: { key?: string; call?: string; cursor?: string; limit?: number }; answer: { entries: AuditEntry[]; next_cursor?: string | null } }
}

export type { Check }
