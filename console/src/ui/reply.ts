import type { Reply, ReplyType } from '@/api/types'

/** What a reply answers, which decides its types and how many articles it may have. */
export type ReplyContext = 'rule' | 'event' | 'message'

const CONTENT: readonly ReplyType[] = ['text', 'image', 'voice', 'video', 'music', 'news']
export const TYPES: Record<ReplyContext, readonly ReplyType[]> = {
  rule: [...CONTENT, 'transfer_customer_service', 'transfer_biz_ai_ivr', 'silence'],
  event: [...CONTENT, 'silence'],
  message: CONTENT,
}
export const MOST_ARTICLES: Record<ReplyContext, number> = { rule: 1, event: 8, message: 1 }
export const TEXT_LIMIT = 2048

/** An empty reply of a type. */
export function emptyReply(type: ReplyType): Reply {
  switch (type) {
    case 'text':
      return { msgtype: type, text: { content: '' } }
    case 'image':
      return { msgtype: type, image: { media_id: '' } }
    case 'voice':
      return { msgtype: type, voice: { media_id: '' } }
    case 'video':
      return { msgtype: type, video: { media_id: '' } }
    case 'music':
      return { msgtype: type, music: { thumb_media_id: '' } }
    case 'news':
      return { msgtype: type, news: { articles: [{ title: '', description: '', url: '', picurl: '' }] } }
    default:
      return { msgtype: type }
  }
}

/** Whether nothing required is empty; the worker checks the rest. */
export function isComplete(reply: Reply): boolean {
  switch (reply.msgtype) {
    case 'text':
      return (reply.text?.content.trim() ?? '') !== ''
    case 'image':
    case 'voice':
    case 'video':
      return (reply[reply.msgtype]?.media_id ?? '') !== ''
    case 'music':
      return (reply.music?.thumb_media_id ?? '') !== ''
    case 'news':
      return (reply.news?.articles.length ?? 0) > 0 && reply.news?.articles.every((article) => article.title !== '' && article.url !== '') === true
    default:
      return true
  }
}

/** The reply without optional fields that were left empty. */
export function trimmed(reply: Reply): Reply {
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== '' && child !== null && child !== undefined).map(([key, child]) => [key, clean(child)]))
  }
  if (reply.msgtype === 'news' || reply.msgtype === 'text') return reply
  return clean(reply) as Reply
}
