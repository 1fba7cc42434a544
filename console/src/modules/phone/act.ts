/** What the user in the simulator does. A button has its name where the published menu has one of this key. */
export type Act =
  | { kind: 'text'; text: string }
  | { kind: 'tap'; key: string; name?: string | undefined }
  | { kind: 'scan'; scene: string }
  | { kind: 'follow'; scene: string }
  | { kind: 'image' }
export type ActKind = Act['kind']
export const ACTS: readonly ActKind[] = ['text', 'tap', 'scan', 'follow', 'image']

/** The account and the user of the simulator, which nothing else knows. */
export const ACCOUNT = 'gh_simulator'
export const USER = 'oSIMULATOR0000000000000user1'

/** The fields of WeChat's message, under its names and in its order. */
export function fieldsOf(act: Act, at: number, id: string): Record<string, string> {
  const head = { ToUserName: ACCOUNT, FromUserName: USER, CreateTime: String(at) }
  switch (act.kind) {
    case 'text':
      return { ...head, MsgType: 'text', Content: act.text, MsgId: id }
    case 'image':
      return { ...head, MsgType: 'image', PicUrl: 'https://mmbiz.qpic.cn/simulator', MediaId: 'SIMULATOR', MsgId: id }
    case 'tap':
      return { ...head, MsgType: 'event', Event: 'CLICK', EventKey: act.key }
    case 'scan':
      return { ...head, MsgType: 'event', Event: 'SCAN', EventKey: act.scene, Ticket: 'SIMULATOR' }
    case 'follow':
      return { ...head, MsgType: 'event', Event: 'subscribe', EventKey: act.scene === '' ? '' : `qrscene_${act.scene}`, ...(act.scene !== '' && { Ticket: 'SIMULATOR' }) }
  }
}

/** Whether what it needs is entered. */
export const isComplete = (act: Act): boolean => (act.kind === 'text' ? act.text.trim() !== '' : act.kind === 'tap' ? act.key.trim() !== '' : act.kind === 'scan' ? act.scene.trim() !== '' : true)
