// The relay's configurations in the real nginx and the real Caddy. `make interop` runs this.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'

import { en } from '../../../package/src/texts/en.js'
import { folder, freePort, until } from '../world.js'
import { SERVERS, startServer } from './servers.js'
import { certificates, startWeChat } from './wechat.js'

const TOKEN = 'ACCESS_TOKEN_OF_THE_TEST'

for (const name of /** @type {(keyof typeof SERVERS)[]} */ (Object.keys(SERVERS))) {
  test(`${name} passes on what has the secret, once, and logs no query`, async (t) => {
    const here = folder(t)
    await here.init()
    const written = await here.run(['relay', name, '--host', 'relay.example.com'])
    assert.equal(written.code, 0, written.output)
    certificates(here.path)
    const wechat = await startWeChat(t, here.path)
    const port = await freePort()
    startServer(t, name, here.read(SERVERS[name].file), { folder: here.path, port, upstream: wechat.port })
    const relay = new Relay(port, readFileSync(join(here.path, 'ca.pem')))
    await until(() => relay.ask('/').then(() => true, () => false), `the start of ${name}`)
    const { WECHAT_API_RELAY_SECRET: secret = '', WECHAT_API_BASE: base } = here.secrets()
    assert.equal(base, 'https://relay.example.com')

    for (const wrong of [undefined, '', 'wrong', '*', `${secret}x`, secret.slice(1)]) {
      assert.equal((await relay.ask('/cgi-bin/token', { secret: wrong })).status, 403, wrong)
    }
    assert.equal((await relay.ask('/sns/userinfo', { secret: 'wrong' })).status, 403)
    assert.equal(wechat.received.length, 0)
    assert.equal((await relay.ask('/sns/userinfo')).status, 200)
    wechat.received.length = 0

    const path = `/cgi-bin/menu/create?access_token=${TOKEN}`
    assert.deepEqual(await relay.ask(path, { secret, body: '{"button": []}' }), { status: 200, body: '{"errcode":0}' })
    assert.deepEqual(wechat.received, [
      { method: 'POST', url: path, host: 'api.weixin.qq.com', secret: undefined, serverName: 'api.weixin.qq.com', body: '{"button": []}' },
    ])

    const dropped = await relay.ask(`/cgi-bin/drop?access_token=${TOKEN}`, { secret, body: '{}' })
    assert.equal(dropped.status, 502)
    assert.equal(wechat.received.filter(({ url }) => url.startsWith('/cgi-bin/drop')).length, 1)

    // WeChat sends the rest only when the beginning has arrived.
    const slow = await relay.ask('/cgi-bin/slow', { secret, onFirst: () => wechat.release() })
    assert.equal(slow.body, 'firstlast')

    const log = await until(async () => /** @type {any} */ (here.read('access.log').includes('/cgi-bin/slow') && here.read('access.log')), 'the log')
    assert.ok(log.includes('/cgi-bin/menu/create'))
    for (const file of ['access.log', 'error.log', 'server.log']) {
      const text = existsSync(join(here.path, file)) ? here.read(file) : ''
      assert.ok(!text.includes(TOKEN) && !text.includes(secret), `${file}: ${text}`)
    }

    here.write('.secrets.json', JSON.stringify({ ...here.secrets(), WECHAT_API_BASE: `https://localhost:${port}` }))
    const check = () => here.run(['relay', 'check'], { NODE_EXTRA_CA_CERTS: join(here.path, 'ca.pem') })
    wechat.token = { errcode: 40164, errmsg: 'invalid ip 192.0.2.9 ipv6 ::ffff:192.0.2.9, not in whitelist rid: 1' }
    const unlisted = await check()
    assert.equal(unlisted.code, 1)
    assert.ok(unlisted.output.includes(en.listRelay('192.0.2.9')), unlisted.output)
    wechat.token = { access_token: TOKEN, expires_in: 7200 }
    const listed = await check()
    assert.equal(listed.code, 0, listed.output)
    assert.ok(listed.output.includes(en.relayWorks) && !listed.output.includes(TOKEN), listed.output)
  })
}

class Relay {
  /**
   * @param {number} port
   * @param {Buffer} ca
   */
  constructor(port, ca) {
    this.port = port
    this.ca = ca
  }

  /**
   * @param {string} path
   * @param {{ secret?: string | undefined, body?: string, onFirst?: () => void }} [how]
   * @returns {Promise<{ status: number | undefined, body: string }>}
   */
  ask(path, { secret, body, onFirst } = {}) {
    return new Promise((resolve, reject) => {
      const headers = secret === undefined ? {} : { 'x-relay-secret': secret }
      const options = { agent: false, ca: this.ca, headers, host: 'localhost', method: body ? 'POST' : 'GET', path, port: this.port }
      const sent = request(options, (response) => {
        let text = ''
        response.once('data', () => onFirst?.())
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
        response.once('end', () => resolve({ status: response.statusCode, body: text }))
      })
      sent.once('error', reject)
      sent.end(body)
    })
  }
}
