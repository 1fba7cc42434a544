import type { Answer } from '@/api/call'
import type { Hours, Reply, Rule } from '@/api/types'
import { known, t } from '@/locales'
import { piecesOf } from '@/ui/shown'
import { isBlank } from '@/ui/text'
import { DAYS, draftOf, repliesOf, singleDays, type Draft } from './draft'

const joined = (words: readonly string[]): string => words.join(t('rule.or'))
const typeWords = (type: string): string => (known(`type.${type}`) ? t(`type.${type}` as 'type.text') : type)
/** An event in words, or by WeChat's name where there are none. */
export function eventName(event: string): string {
  const key = `event.${event.toLowerCase()}`
  return known(key) ? t(key) : event
}

/** A condition as the beginning of a sentence: 文字包含 几点、营业时间. */
export function conditionWords(rule: Rule): string {
  return draftWords(draftOf(rule))
}

export function draftWords(draft: Draft): string {
  switch (draft.kind) {
    case 'keyword':
      return t(`rule.match.${draft.match}.words`, { words: draft.match === 'regex' ? draft.regex : joined(draft.words) })
    case 'click':
      return t('rule.click.words', { key: draft.key })
    case 'follow':
      return draft.scene === '' ? t('rule.kind.follow') : t('rule.follow.words', { scene: draft.scene })
    case 'scan':
      return draft.scene === '' ? t('rule.kind.scan') : t('rule.scan.words', { scene: draft.scene })
    case 'message':
      return t('rule.message.words', { types: joined(draft.types.map(typeWords)) })
    case 'event':
      return t('rule.event.words', { events: joined(draft.events.map(eventName)) })
    case 'default':
      return t('rule.kind.default')
  }
}

/** Days as they are spoken of: 每天, 工作日, 周末, or each. */
export function daysWords(days: readonly string[] | null | undefined): string {
  const named = days && singleDays(days)
  if (!named || named.length >= 7) return t('days.all')
  const chosen = DAYS.filter((day) => named.includes(day))
  if (chosen.join() === 'mon,tue,wed,thu,fri') return t('days.work')
  if (chosen.join() === 'sat,sun') return t('days.weekend')
  return chosen.map((day) => t(`day.${day}`)).join(t('rule.or'))
}

export function hoursWords(hours: readonly Hours[]): string {
  return hours.map(({ days, from, to }) => `${daysWords(days)} ${from}–${to <= from ? t('hours.next', { to }) : to}`).join(t('rule.semicolon'))
}

export function replyWords(reply: Reply | null | undefined): string {
  if (!reply) return ''
  if (reply.msgtype === 'text') return piecesOf(reply.text.content).map(({ text }) => text).join('').replace(/\s+/g, ' ')
  if (reply.msgtype === 'news') return `[${t('type.news')}] ${reply.news.articles[0]?.title ?? ''}`
  return `[${t(`type.${reply.msgtype}`)}]`
}

/** The first of what a rule replies, and how many more there are. */
export function repliesWords(rule: Rule): string {
  if ('reply' in rule) return replyWords(rule.reply)
  if ('ask' in rule) return t('rule.ask.words', { name: rule.ask })
  const many = repliesOf(rule)
  return t('replies' in rule ? 'rule.replies.words' : 'rule.one_of.words', { n: many.length, first: replyWords(many[0]) })
}

/** The name, or what the API calls it: its position. */
export function titleOf(rule: Rule, index: number): string {
  return (!isBlank(rule.name) && rule.name) || conditionWords(rule) || t('rule.nth', { n: index + 1 })
}

type Why = NonNullable<Answer<'rule/test'>['looked_at'][number]['why']>
/** Why a message does not meet the condition of a rule: 不是「关注」. */
export function whyWords({ id, params }: Why, rule: Rule): string {
  const value = (name: string): string => String(params[name] ?? '')
  switch (id) {
    case 'not_this_event':
      return t('why.not_this_event', { kind: t(`rule.kind.${draftOf(rule).kind}`) })
    case 'other_key':
      return t('why.other_key', { key: value('key') })
    case 'other_scene':
      return params['scene'] === undefined ? t('why.no_scene') : t('why.other_scene', { scene: value('scene') })
    case 'other_type':
      return t('why.other_type', { type: typeWords(value('type')) })
    case 'other_event':
      return t('why.other_event', { event: eventName(value('event')) })
    default:
      return t(`why.${id}`)
  }
}
