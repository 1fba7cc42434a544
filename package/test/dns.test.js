import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'

import { hasAddress } from '../src/dns.js'

test('a domain leads somewhere if the name servers of its zone have an address', async (t) => {
  let address = [192, 0, 2, 1]
  const port = await nameServer(t, () => address)
  assert.equal(await hasAddress('wx.example.com', ['127.0.0.1'], port), true)
  // What some proxies answer for every domain.
  address = [198, 18, 0, 7]
  assert.equal(await hasAddress('wx.example.com', ['127.0.0.1'], port), false)
  address = []
  assert.equal(await hasAddress('wx.example.com', ['127.0.0.1'], port), false)
  assert.equal(await hasAddress('wx.example.com', [], port), false)
})

/**
 * A name server that knows one IPv4 address.
 *
 * @param {import('node:test').TestContext} t
 * @param {() => number[]} address
 */
async function nameServer(t, address) {
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.on('message', (query, { address: host, port }) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5)
    const isIPv4 = question.readUInt16BE(question.length - 4) === 1
    const known = isIPv4 ? address() : []
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...known])
    const header = Buffer.from([...query.subarray(0, 2), 0x84, 0, 0, 1, 0, known.length > 0 ? 1 : 0, 0, 0, 0, 0])
    socket.send(Buffer.concat(known.length > 0 ? [header, question, record] : [header, question]), port, host)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}
