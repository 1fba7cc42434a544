import type { components } from './schema'

type Schemas = components['schemas']
export type AccountOverview = Schemas['Overview']
export type AccountState = Schemas['AccountState']
/** A verification of the server address, or a delivery that was refused. */
export type Attempt = Omit<Schemas['Handshake'], 'step'> & { step: AttemptStep }
/** The step of a request of WeChat that failed; `answer` if none did. */
export type AttemptStep = Schemas['Refused']['step']
export type Assistant = Schemas['Assistant']
export type AssistantModel = Schemas['AssistantModel']
export type AuditEntry = Schemas['AuditEntry']
export type OverviewProblem = Schemas['Problem']
export type Session = Schemas['SessionInfo']
export type Setup = Schemas['Setup']
export type Check = Schemas['Check']
export type Condition = Schemas['Condition']
export type Conversation = Schemas['Conversation']
export type ConversationFilter = Schemas['ConversationFilter']
export type CustomMessage = Schemas['CustomMessage']
export type DayFigures = Schemas['DayFigures']
export type Hours = Schemas['Hours']
export type KeySummary = Schemas['KeySummary']
export type MenuButton = Schemas['Button']
export type Outcome = Schemas['Outcome']
export type OutcomeCounts = Schemas['OutcomeCounts']
export type Reply = Schemas['Reply']
export type ReplyType = Reply['msgtype']
export type Rule = Schemas['Rule']
export type Template = Schemas['Template']
export type TimelineEntry = Schemas['TimelineEntry']
export type VersionMade = Schemas['VersionMade']
export type RuleHits = Schemas['RuleHits']
export type RuleWarning = Schemas['RuleWarning']
/** A rule as the worker lists it: always with an id. */
export type ListedRule = Rule & { id: string }
export type Webhook = Schemas['Webhook']
