import type { Reply, ReplyType } from '@/api/types'

/** What a reply answers, which decides its types and how many articles it may have. */
export type ReplyContext = 'rule' | 'event' | 'message'
/** A reply of one type. */
export type ReplyOf<Type extends ReplyType> = Extract<Reply, { msgtype: Type }>
type ContentType = 'text' | 'image' | 'voice' | 'video' | 'music' | 'news'
/** A reply that can be sent as a customer-service message too. */
export type ContentReply = ReplyOf<ContentType>

const CONTENT: readonly ContentType[] = ['text', 'image', 'voice', 'video', 'music', 'news']
export const TYPES: Record<ReplyContext, readonly ReplyType[]> = {
  rule: [...CONTENT, 'transfer_customer_service', 'transfer_biz_ai_ivr', 'silence'],
  event: [...CONTENT, 'silence'],
  message: CONTENT,
}
export const MOST_ARTICLES: Record<ReplyContext, number> = { rule: 1, event: 8, message: 1 }
export const TEXT_LIMIT = 2048

export const isContent = (reply: Reply): reply is ContentReply => CONTENT.some((type) => type === reply.msgtype)

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
      return reply.text.content.trim() !== ''
    case 'image':
      return reply.image.media_id !== ''
    case 'voice':
      return reply.voice.media_id !== ''
    case 'video':
      return reply.video.media_id !== ''
    case 'music':
      return reply.music.thumb_media_id !== ''
    case 'news':
      return reply.news.articles.length > 0 && reply.news.articles.every((article) => article.title !== '' && article.url !== '')
    default:
      return true
  }
}

/** The fields that are not empty. */
function filled<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null && value !== undefined)) as Fields
}

/** The reply without optional fields that were left empty. */
export function trimmed<Type extends Reply>(reply: Type): Type
export function trimmed(reply: Reply): Reply {
  switch (reply.msgtype) {
    case 'video':
      return { ...reply, video: { ...filled(reply.video), media_id: reply.video.media_id } }
    case 'music':
      return { ...reply, music: { ...filled(reply.music), thumb_media_id: reply.music.thumb_media_id } }
    default:
      return reply
  }
}
