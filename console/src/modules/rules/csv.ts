import type { Reply, Rule } from '@/api/types'
import { csvOf } from '@/app/csv'
import { t } from '@/locales'

export interface Mistake { line: number; message: string }
/** `lines` has the line of each rule, if the file is a table. */
export interface Parsed { rules: Rule[]; mistakes: Mistake[]; lines?: number[] }
const COLUMNS = ['name', 'match', 'keywords', 'type', 'content', 'off'] as const
const MATCHES = new Set(['contains', 'exact', 'prefix', 'regex'])

/** A file to fill in. */
export const csvTemplate = (): string => csvOf(COLUMNS, [[t('rule.name'), 'contains', '几点|营业时间', 'text', '9:00–18:00', ''], ['', 'exact', '人工', 'transfer_customer_service', '', '']])

/** Rows of a CSV file: quotes may hold commas, line breaks and doubled quotes. Each row knows its line. */
export function rowsOf(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = []
  let [cell, cells, quoted, line, begun]: [string, string[], boolean, number, number] = ['', [], false, 1, 1]
  const endRow = (): void => {
    cells.push(cell)
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begun, cells })
    ;[cell, cells, begun] = ['', [], line + 1]
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? ''
    if (quoted && character === '"' && text[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (character === '"') quoted = !quoted
    else if (!quoted && character === ',') {
      cells.push(cell)
      cell = ''
    } else if (!quoted && (character === '\n' || character === '\r')) {
      if (character === '\r' && text[at + 1] === '\n') at += 1
      endRow()
      line += 1
    } else {
      if (character === '\n') line += 1
      cell += character
    }
  }
  if (cell !== '' || cells.length > 0) endRow()
  return rows
}

function replyOf(type: string, content: string): Reply | undefined {
  if (type === '' || type === 'text') return content === '' ? undefined : { msgtype: 'text', text: { content } }
  if (type === 'image') return content === '' ? undefined : { msgtype: type, image: { media_id: content } }
  if (type === 'voice') return content === '' ? undefined : { msgtype: type, voice: { media_id: content } }
  if (type === 'silence' || type === 'transfer_customer_service' || type === 'transfer_biz_ai_ivr') return { msgtype: type }
  return undefined
}

/** Rules from a CSV file with the columns name, match, keywords, type, content, off; all mistakes at once. */
function fromCsv(text: string): Parsed {
  const [head, ...rows] = rowsOf(text)
  const columns = head?.cells.map((cell) => cell.trim().toLowerCase()) ?? []
  const lacking = COLUMNS.filter((column) => column !== 'off' && column !== 'name' && !columns.includes(column))
  if (lacking.length > 0) return { rules: [], mistakes: [{ line: 1, message: t('import.no_column', { columns: lacking.join(', ') }) }] }
  const lines: number[] = []
  const parsed: Parsed = { rules: [], mistakes: [], lines }
  for (const { line, cells } of rows) {
    const value = (column: (typeof COLUMNS)[number]): string => cells[columns.indexOf(column)]?.trim() ?? ''
    const match = value('match') || 'contains'
    const words = value('keywords').split(/[,，、|]/).map((word) => word.trim()).filter((word) => word !== '')
    const reply = replyOf(value('type'), value('content'))
    if (!MATCHES.has(match)) parsed.mistakes.push({ line, message: t('import.bad_match', { match }) })
    else if (words.length === 0) parsed.mistakes.push({ line, message: t('import.no_keywords') })
    else if (!reply) parsed.mistakes.push({ line, message: t('import.bad_reply', { type: value('type') || 'text' }) })
    else {
      const keyword = match === 'regex' ? { regex: value('keywords') } : { [match]: words }
      lines.push(line)
      const off = /^(1|true|yes|是)$/i.test(value('off'))
      parsed.rules.push({ ...(value('name') !== '' && { name: value('name') }), ...(off && { off: true }), when: { keyword }, reply })
    }
  }
  return parsed
}

function fromJson(text: string): Parsed {
  try {
    const document: unknown = JSON.parse(text)
    const rules = Array.isArray(document) ? document : (document as { rules?: unknown } | null)?.rules
    if (!Array.isArray(rules)) return { rules: [], mistakes: [{ line: 1, message: t('import.no_rules') }] }
    return { rules: rules as Rule[], mistakes: [] }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = /position (\d+)/.exec(message)?.[1]
    return { rules: [], mistakes: [{ line: position === undefined ? 1 : text.slice(0, Number(position)).split('\n').length, message: t('import.bad_json') }] }
  }
}

/** Rules from a file, JSON or CSV, with a byte order mark or without. */
export function rulesFrom(file: string): Parsed {
  const text = file.replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(text) ? fromJson(text) : fromCsv(text)
}

/** The text of a file: UTF-8, or the encoding in which spreadsheets in China save CSV. */
export function textOf(file: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file)
  } catch {
    return new TextDecoder('gb18030').decode(file)
  }
}
