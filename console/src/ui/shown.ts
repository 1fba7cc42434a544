/** A link inside a text of ours, or plain text. */
export interface Piece { text: string; href?: string }
export interface ShownArticle { title: string; description: string; url: string; picture: string | undefined }

/** A message in a form that can be drawn, whether it came from a user or was sent to one. */
export type Shown =
  | { kind: 'text'; pieces: Piece[] }
  | { kind: 'image'; picture: string | undefined }
  | { kind: 'voice'; words: string | undefined }
  | { kind: 'video'; title: string | undefined }
  | { kind: 'music'; title: string; description: string }
  | { kind: 'news'; articles: ShownArticle[] }
  | { kind: 'location'; label: string; at: string }
  | { kind: 'link'; title: string; description: string; href: string | undefined }
  | { kind: 'app'; title: string; detail: string }
  | { kind: 'file'; title: string }
  | { kind: 'menu'; head: string; items: string[]; tail: string }
  | { kind: 'event'; event: string; key: string | undefined }
  | { kind: 'transfer' | 'robot' | 'silence' }
  | { kind: 'unknown'; fields: [string, string][] }

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
const inside = (value: unknown): Fields => (isFields(value) ? value : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')

/** An address that a link may open: http and https alone. */
export function safeHref(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined
  try {
    const url = new URL(address)
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined
  } catch {
    return undefined
  }
}

/** A picture that the page may load: WeChat's own host alone, by https. */
export function pictureOf(address: unknown): string | undefined {
  const href = safeHref(address)
  if (href === undefined) return undefined
  const url = new URL(href)
  if (url.hostname !== 'mmbiz.qpic.cn' || url.port !== '') return undefined
  url.protocol = 'https:'
  return url.href
}

const LINK = /<a\s[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>/gi

/** A text of ours in pieces: phones show `<a href>` as a link, and all other tags as they are written. */
export function piecesOf(content: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of content.matchAll(LINK)) {
    const href = safeHref(match[1] ?? match[2])
    if (match.index > end) pieces.push({ text: content.slice(end, match.index) })
    const words = match[3] ?? ''
    pieces.push(href === undefined ? { text: words } : { text: words, href })
    end = match.index + match[0].length
  }
  if (end < content.length || pieces.length === 0) pieces.push({ text: content.slice(end) })
  return pieces
}

function unknownOf(message: Fields): Shown {
  const hidden = new Set(['ToUserName', 'FromUserName', 'CreateTime', 'MsgId'])
  const fields = Object.entries(message)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)])
  return { kind: 'unknown', fields }
}

/** What a user sent, in WeChat's field names. */
export function receivedMessage(message: unknown): Shown {
  const fields = inside(message)
  const type = text(fields['MsgType'])
  switch (type) {
    case 'text':
      return { kind: 'text', pieces: [{ text: text(fields['Content']) }] }
    case 'image':
      return { kind: 'image', picture: pictureOf(fields['PicUrl']) }
    case 'voice':
      return { kind: 'voice', words: text(fields['Recognition']) || undefined }
    case 'video':
    case 'shortvideo':
      return { kind: 'video', title: undefined }
    case 'location':
      return { kind: 'location', label: text(fields['Label']), at: `${text(fields['Location_X'])}, ${text(fields['Location_Y'])}` }
    case 'link':
      return { kind: 'link', title: text(fields['Title']), description: text(fields['Description']), href: safeHref(fields['Url']) }
    case 'miniprogrampage':
      return { kind: 'app', title: text(fields['Title']), detail: text(fields['PagePath']) }
    case 'file':
      return { kind: 'file', title: text(fields['Title']) || text(fields['FileName']) }
    case 'event':
      return { kind: 'event', event: text(fields['Event']), key: text(fields['EventKey']) || undefined }
    default:
      return unknownOf(fields)
  }
}

/** Whether a message shows anything: a text that is being written is empty at first. */
export const isShown = (message: Shown): boolean => message.kind !== 'silence' && !(message.kind === 'text' && message.pieces.every((piece) => piece.text === ''))

/** A reply or a customer-service message, in the API's form. */
export function sentMessage(message: unknown): Shown {
  const fields = inside(message)
  const type = text(fields['msgtype'])
  const own = inside(fields[type])
  switch (type) {
    case 'text':
      return { kind: 'text', pieces: piecesOf(text(own['content'])) }
    case 'image':
      return { kind: 'image', picture: undefined }
    case 'voice':
      return { kind: 'voice', words: undefined }
    case 'video':
      return { kind: 'video', title: text(own['title']) || undefined }
    case 'music':
      return { kind: 'music', title: text(own['title']), description: text(own['description']) }
    case 'news':
      return { kind: 'news', articles: (Array.isArray(own['articles']) ? own['articles'] : []).map(articleOf) }
    case 'link':
      return { kind: 'link', title: text(own['title']), description: text(own['description']), href: safeHref(own['url']) }
    case 'miniprogrampage':
      return { kind: 'app', title: text(own['title']), detail: text(own['pagepath']) }
    case 'msgmenu': {
      const items = Array.isArray(own['list']) ? own['list'].map((item) => text(inside(item)['content'])) : []
      return { kind: 'menu', head: text(own['head_content']), items, tail: text(own['tail_content']) }
    }
    case 'transfer_customer_service':
      return { kind: 'transfer' }
    case 'transfer_biz_ai_ivr':
      return { kind: 'robot' }
    case 'silence':
      return { kind: 'silence' }
    default:
      return unknownOf(fields)
  }
}

function articleOf(article: unknown): ShownArticle {
  const fields = inside(article)
  return { title: text(fields['title']), description: text(fields['description']), url: safeHref(fields['url']) ?? '', picture: pictureOf(fields['picurl']) }
}
