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

export type HandshakeStep = 'parameters' | 'time' | 'signature' | 'mode' | 'decrypt' | 'recipient' | 'answer'
export interface Handshake { at: number; ok: boolean; step: HandshakeStep; skew?: number | null; took_ms?: number | null }
export interface SetupVariable { name: string; state: 'set' | 'missing' | 'malformed'; secret: boolean; for: string[] }
export interface Setup {
  callback_url: string
  mode: 'secure' | 'plain'
  variables: SetupVariable[]
  handshakes: Handshake[]
  refused: Omit<Handshake, 'ok' | 'took_ms'>[]
  first_message_at?: number | null
  rules: number
  require_encryption: boolean
  original_id: boolean
  root_key_used: boolean
}

export interface AuditEntry { at: number; key: { id?: string | null; name: string }; call: string; object?: string | null; ok: boolean; request_id: string }

/** Calls by name: what they take, and what they answer. */
export interface ExtraCalls {
  'session/create': { body: { key: string } | { ticket: string }; answer: Session }
  'session/get': { body: Record<string, never>; answer: Session }
  'session/delete': { body: Record<string, never>; answer: Record<string, never> }
  'account/overview': { body: Record<string, never>; answer: AccountOverview }
  'setup/get': { body: Record<string, never>; answer: Setup }
  'audit/list': { body: { key?: string; call?: string; cursor?: string; limit?: number }; answer: { entries: AuditEntry[]; next_cursor?: string | null } }
}

export type { Check }
