/** What became of a template message, by the event that WeChat sends afterwards. */
export type SendResult = 'delivered' | 'blocked' | 'failed'
export function resultOf(message: Readonly<Record<string, unknown>>, msgid: string): SendResult | undefined {
  if (String(message['Event'] ?? '').toUpperCase() !== 'TEMPLATESENDJOBFINISH' || String(message['MsgID']) !== msgid) return undefined
  const status = String(message['Status'] ?? '')
  return status === 'success' ? 'delivered' : status.includes('user block') ? 'blocked' : 'failed'
}
