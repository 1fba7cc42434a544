import { xmlOf } from './xml'

const BLOCK = 32
const encoder = new TextEncoder()
const hex = (bytes: ArrayBuffer): string => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** WeChat's signature: SHA-1 of the values, sorted by bytes. */
export async function sign(values: readonly string[]): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-1', encoder.encode([...values].sort().join(''))))
}

/** Encrypts as in secure mode: AES-256-CBC over `random ‖ length ‖ message ‖ AppID`, padded to 32 bytes. */
export async function seal(key: Uint8Array<ArrayBuffer>, appId: string, random: Uint8Array, message: string): Promise<string> {
  const [text, suffix] = [encoder.encode(message), encoder.encode(appId)]
  const size = 20 + text.length + suffix.length
  const pad = BLOCK - (size % BLOCK)
  const buffer = new Uint8Array(size + pad).fill(pad, size)
  buffer.set(random.subarray(0, 16))
  new DataView(buffer.buffer).setUint32(16, text.length)
  buffer.set(text, 20)
  buffer.set(suffix, 20 + text.length)
  const aes = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['encrypt'])
  const encrypted = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: key.subarray(0, 16) }, aes, buffer))
  // WebCrypto pads once more, with a block of its own, since the buffer ends with a block.
  return base64(encrypted.subarray(0, buffer.length))
}

export interface Envelope { query: string; body: string }
/** A key and a token of this page alone: those of the account never leave the worker. */
export interface Keys { key: Uint8Array<ArrayBuffer>; token: string; appId: string }
export const newKeys = (): Keys => ({ key: crypto.getRandomValues(new Uint8Array(32)), token: 'simulator', appId: 'wx0000000000000000' })

const nonce = (): string => String(crypto.getRandomValues(new Uint32Array(1))[0])

/** A message as WeChat delivers it, signed and encrypted. */
export async function sealed({ key, token, appId }: Keys, receiver: string, xml: string, at: number): Promise<Envelope> {
  const [timestamp, random] = [String(at), nonce()]
  const encrypt = await seal(key, appId, crypto.getRandomValues(new Uint8Array(16)), xml)
  const [signature, messageSignature] = await Promise.all([sign([token, timestamp, random]), sign([token, timestamp, random, encrypt])])
  return { query: `signature=${signature}&timestamp=${timestamp}&nonce=${random}&encrypt_type=aes&msg_signature=${messageSignature}`, body: xmlOf([['ToUserName', receiver], ['Encrypt', encrypt]]) }
}

/** A reply in the form in which WeChat takes it in secure mode. */
export async function sealedReply({ key, token, appId }: Keys, xml: string, at: number): Promise<string> {
  const [timestamp, random] = [String(at), nonce()]
  const encrypt = await seal(key, appId, crypto.getRandomValues(new Uint8Array(16)), xml)
  return xmlOf([['Encrypt', encrypt], ['MsgSignature', await sign([token, timestamp, random, encrypt])], ['TimeStamp', timestamp], ['Nonce', random]])
}
