import { call, type Answer } from '@/api/call'
import type { Reply } from '@/api/types'
import { fieldsOf, ACCOUNT, type Act } from './act'
import { sealed, sealedReply, type Envelope, type Keys } from './envelope'
import { replyXml, xmlOf } from './xml'

/** A rule that is not saved, as `rule/test` takes it. */
export type Unsaved = NonNullable<Parameters<typeof call<'rule/test'>>[1]['draft']>
/** One thing that the user did, and all that followed. */
export interface Exchange {
  id: number
  act: Act
  at: number
  tested: Answer<'rule/test'>
  received: string
  envelope: Envelope | undefined
  /** The passive reply; absent = `success`. */
  answer: string | undefined
  sealedAnswer: string | undefined
  /** What is sent as customer-service messages. */
  others: Reply[]
  /** Whether WeChat delivered it again, and got the same answer. */
  repeated: { same: boolean } | undefined
}

interface Options { at: number; draft: Unsaved | undefined; keys: Keys | undefined; twice: boolean }
let count = 0

/** Does what the user does. Only `rule/test` is called, which stores and sends nothing. */
export async function exchange(act: Act, { at, draft, keys, twice }: Options): Promise<Exchange> {
  const id = ++count
  const fields = fieldsOf(act, at, `9${String(at)}${String(id).padStart(6, '0')}`)
  const ask = (): Promise<Answer<'rule/test'>> => call('rule/test', { message: fields, explain: true, ...(draft && { draft }) })
  const tested = await ask()
  const again = twice ? await ask() : undefined
  const received = xmlOf(Object.entries(fields))
  const answer = replyXml(tested.replies[0], at)
  return {
    id, act, at, tested, received, answer,
    envelope: keys && (await sealed(keys, ACCOUNT, received, at)),
    sealedAnswer: keys && answer !== undefined ? await sealedReply(keys, answer, at) : undefined,
    others: tested.replies.slice(1),
    repeated: again && { same: JSON.stringify(again.replies) === JSON.stringify(tested.replies) },
  }
}
