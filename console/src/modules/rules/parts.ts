import type { Reply, Rule } from '@/api/types'
import { t, type Key } from '@/locales'
import { timeOf } from '@/ui/format'
import { draftWords, hoursWords, replyWords } from './describe'
import { draftOf, type Draft } from './draft'

/** A part of a rule in words, and where the API has it. */
export interface Part { path: string; label: string; words: string }

const yesOrNo = (yes: boolean): string => t(yes ? 'yes' : 'no')

/** Everything that a reply says, with its links and materials. */
function fullWords(reply: Reply): string {
  switch (reply.msgtype) {
    case 'text':
      return reply.text.content
    case 'news':
      return reply.news.articles.map(({ title, description, url, picurl }) => [title, description, url, picurl].filter(Boolean).join('\n')).join('\n\n')
    default: {
      const fields = (reply as unknown as Record<string, object | undefined>)[reply.msgtype]
      return [replyWords(reply), ...Object.values(fields ?? {}).filter((value) => typeof value === 'string' && value !== '')].join('\n')
    }
  }
}

function validWords({ from, until }: Draft): string {
  if (from === null && until === null) return t('rule.always')
  return [from, until].map((time) => (time === null ? '' : timeOf(time, Date.now() / 1000))).join(' – ')
}

/** A rule part by part, in the order of the form. */
export function partsOf(rule: Rule): Part[] {
  const draft = draftOf(rule)
  const part = (path: string, label: Key, words: string): Part => ({ path, label: t(label), words })
  const parts = [
    part('name', 'rule.name', draft.name),
    part('off', 'rule.on', yesOrNo(!draft.off)),
    part('when', 'rule.when', draftWords(draft)),
    part('hours', 'rule.hours', draft.hours.length === 0 ? t('rule.always') : hoursWords(draft.hours)),
    part('valid', 'rule.valid', validWords(draft)),
    part('template', 'diff.template', yesOrNo(draft.template)),
    part('continue', 'diff.continue', yesOrNo(draft.continues)),
  ]
  if (draft.kind === 'keyword') parts.splice(3, 0, part('when.keyword.fold', 'diff.fold', yesOrNo(draft.fold)))
  if (draft.mode === 'reply') return [...parts, ...draft.replies.slice(0, 1).map((reply) => part('reply', 'rule.reply', fullWords(reply)))]
  if (draft.mode === 'ask') return [...parts, part('ask', 'rule.reply', t('rule.ask.words', { name: draft.ask }))]
  parts.push(part('one_of', 'rule.reply', t(`rule.mode.${draft.mode}`)))
  return [...parts, ...draft.replies.map((reply, index) => ({ path: `${draft.mode}[${index}]`, label: t('rule.nth_reply', { n: index + 1 }), words: fullWords(reply) }))]
}
