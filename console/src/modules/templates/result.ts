/** What became of a template message, by the event that WeChat sends afterwards. */
export type SendResult = 'delivered' | 'blocked' | 'failed'

/** What an event says became of a template message: of this one, or of any. */
export function resultOf(message: Readonly<Record<string, unknown>>, msgid?: string): SendResult | undefined {
  if (String(message['Event'] ?? '').toUpperCase() !== 'TEMPLATESENDJOBFINISH' || (msgid !== undefined && String(message['MsgID']) !== msgid)) return undefined
  const status = String(message['Status'] ?? '')
  return status === '' ? undefined : status === 'success' ? 'delivered' : status.includes('user block') ? 'blocked' : 'failed'
}
