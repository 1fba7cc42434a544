import { t } from '@/locales'
import { spanOf } from './format'

const HOUR = 3600
/** WeChat's window after a message, and after a follow, tap or scan. */
const AFTER_MESSAGE = 48 * HOUR
const AFTER_EVENT = 60

export interface ReplyWindow { until?: number | null | undefined; left?: number | undefined; kind?: 'message' | 'event' | undefined }
export interface WindowFace { tone: 'pine' | 'amber' | 'quiet'; ring: 'arc' | 'dashed' | 'struck'; part: number; words: string; open: boolean }

/** What the window clock shows. */
export function faceOf({ until, left, kind }: ReplyWindow, now: number, maySend = true): WindowFace {
  if (!maySend) return { tone: 'quiet', ring: 'struck', part: 0, words: t('window.may_not'), open: false }
  const remains = (until ?? 0) - now
  if (remains <= 0) return { tone: 'quiet', ring: 'dashed', part: 0, words: t('window.closed'), open: false }
  if (left === 0) return { tone: 'amber', ring: 'arc', part: remains / AFTER_MESSAGE, words: t('window.used_up'), open: false }
  if (kind === 'event' || (kind === undefined && remains <= AFTER_EVENT)) {
    const words = left === undefined ? t('window.seconds', { n: remains }) : t('window.seconds_left', { n: remains, left })
    return { tone: 'amber', ring: 'arc', part: remains / AFTER_EVENT, words, open: true }
  }
  const soon = remains <= 6 * HOUR
  return { tone: soon ? 'amber' : 'pine', ring: 'arc', part: Math.min(1, remains / AFTER_MESSAGE), words: t('window.left', { span: spanOf(remains, soon) }), open: true }
}
