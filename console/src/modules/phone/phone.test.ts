import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fieldsOf, isComplete } from './act'
import { seal, sign } from './envelope'
import { replyXml, xmlOf } from './xml'

interface Vector { id: string; encoding_aes_key: string; appid: string; random: string; msg: string; encrypt: string; token: string; timestamp: string; nonce: string; msg_signature: string }
const vectors = JSON.parse(readFileSync(new URL('../../../../tests/fixtures/vectors.json', import.meta.url), 'utf8')) as { aes: Vector[]; edge: Vector[]; signature: (Vector & { signature: string })[] }
const encoder = new TextEncoder()

describe('what WeChat and the worker agree on', () => {
  test.each([...vectors.aes, ...vectors.edge].filter(({ random, msg }) => random !== undefined && msg !== undefined && encoder.encode(random).length === 16))('$id is encrypted to the published text', async ({ encoding_aes_key, appid, random, msg, encrypt }) => {
    const key = Uint8Array.from(atob(`${encoding_aes_key}=`), (character) => character.charCodeAt(0))
    expect(await seal(key, appid, encoder.encode(random), msg)).toBe(encrypt)
  })
  test.each(vectors.signature)('$id is signed as published', async ({ token, timestamp, nonce, signature }) => {
    expect(await sign([token, String(timestamp), nonce])).toBe(signature)
  })
})

test('what the user does, in WeChat\'s fields', () => {
  expect(fieldsOf({ kind: 'text', text: '几点' }, 100, '7')).toMatchObject({ CreateTime: '100', MsgType: 'text', Content: '几点', MsgId: '7' })
  expect(fieldsOf({ kind: 'follow', scene: '西湖' }, 100, '7')).toMatchObject({ Event: 'subscribe', EventKey: 'qrscene_西湖' })
  expect(fieldsOf({ kind: 'follow', scene: '' }, 100, '7')).toMatchObject({ Event: 'subscribe', EventKey: '' })
  expect(fieldsOf({ kind: 'scan', scene: '1' }, 100, '7')).toMatchObject({ Event: 'SCAN', EventKey: '1' })
  expect(isComplete({ kind: 'tap', key: ' ' })).toBe(false)
  expect(isComplete({ kind: 'image' })).toBe(true)
})

test('text never ends its CDATA', () => {
  expect(xmlOf([['Content', 'a]]><MsgType>x</MsgType>']])).toBe('<xml>\n  <Content><![CDATA[a]]]]><![CDATA[><MsgType>x</MsgType>]]></Content>\n</xml>')
})

test('replies are the XML that the worker writes', () => {
  expect(replyXml({ msgtype: 'silence' }, 1)).toBeUndefined()
  expect(replyXml(undefined, 1)).toBeUndefined()
  const news = replyXml({ msgtype: 'news', news: { articles: [{ title: 'a', url: 'https://a.example', description: null, picurl: null }] } }, 1)
  expect(news?.replace(/\n\s*/g, '')).toBe('<xml><ToUserName><![CDATA[oSIMULATOR0000000000000user1]]></ToUserName><FromUserName><![CDATA[gh_simulator]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[news]]></MsgType><ArticleCount>1</ArticleCount><Articles><item><Title><![CDATA[a]]></Title><Url><![CDATA[https://a.example]]></Url></item></Articles></xml>')
})
