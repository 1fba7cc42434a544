import type { Reply } from '@/api/types'
import { ACCOUNT, USER } from './act'

type Node = readonly [name: string, value: string | readonly Node[]]

/** Elements whose value WeChat and the worker write without CDATA. */
const NUMBERS = new Set(['CreateTime', 'MsgId', 'ArticleCount', 'TimeStamp'])

function written([name, value]: Node, indent: string): string {
  if (typeof value !== 'string') return `${indent}<${name}>\n${value.map((child) => written(child, `${indent}  `)).join('\n')}\n${indent}</${name}>`
  const text = NUMBERS.has(name) ? value : `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  return `${indent}<${name}>${text}</${name}>`
}

/** A document, indented for reading. */
export function xmlOf(fields: readonly Node[]): string {
  return written(['xml', fields], '')
}

const optional = (name: string, value: string | null | undefined): Node[] => (value === null || value === undefined ? [] : [[name, value]])

function contentOf(reply: Reply): Node[] {
  switch (reply.msgtype) {
    case 'text':
      return [['Content', reply.text.content]]
    case 'image':
      return [['Image', [['MediaId', reply.image.media_id]]]]
    case 'voice':
      return [['Voice', [['MediaId', reply.voice.media_id]]]]
    case 'video':
      return [['Video', [['MediaId', reply.video.media_id], ...optional('Title', reply.video.title), ...optional('Description', reply.video.description)]]]
    case 'music':
      return [['Music', [...optional('Title', reply.music.title), ...optional('Description', reply.music.description), ...optional('MusicUrl', reply.music.musicurl), ...optional('HQMusicUrl', reply.music.hqmusicurl), ['ThumbMediaId', reply.music.thumb_media_id]]]]
    case 'news':
      return [
        ['ArticleCount', String(reply.news.articles.length)],
        ['Articles', reply.news.articles.map(({ title, description, picurl, url }): Node => ['item', [['Title', title], ...optional('Description', description), ...optional('PicUrl', picurl), ['Url', url]]])],
      ]
    case 'transfer_customer_service': {
      const account = (reply as { transfer_customer_service?: { kf_account?: string | null } | null }).transfer_customer_service?.kf_account
      return account ? [['TransInfo', [['KfAccount', account]]]] : []
    }
    default:
      return []
  }
}

/** The passive reply as the worker writes it; nothing for silence, which is answered with `success`. */
export function replyXml(reply: Reply | undefined, at: number): string | undefined {
  if (!reply || reply.msgtype === 'silence') return undefined
  return xmlOf([['ToUserName', USER], ['FromUserName', ACCOUNT], ['CreateTime', String(at)], ['MsgType', reply.msgtype], ...contentOf(reply)])
}
