// api.weixin.qq.com for a relay: it records what arrives, and answers as a test wants.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'

/** @typedef {{ method: string, url: string, host: string, secret: string | undefined, serverName: string, body: string }} Received */

/**
 * A certificate authority of the test, and a certificate for WeChat's name and one for this machine's.
 *
 * @param {string} folder
 */
export function certificates(folder) {
  const openssl = (/** @type {string[]} */ ...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '1')
  for (const name of ['api.weixin.qq.com', 'localhost']) {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${name}`)
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', `${name}.ext`]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signed)
  }
}

/**
 * Starts it, until the test ends.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} folder with the certificates
 */
export async function startWeChat(t, folder) {
  const read = (/** @type {string} */ file) => readFileSync(join(folder, file))
  const [cert, key] = [read('api.weixin.qq.com.pem'), read('api.weixin.qq.com.key')]
  /** @type {Received[]} */
  const received = []
  let serverName = ''
  /** @type {{ token: object, release: () => void }} */
  const wechat = { token: {}, release: () => undefined }
  const server = createServer({
    cert,
    key,
    SNICallback: (name, done) => {
      serverName = name
      done(null, createSecureContext({ cert, key }))
    },
  })
  server.on('request', async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { headers, method = '', url = '' } = request
    received.push({ method, url, host: headers.host ?? '', secret: headers['x-relay-secret']?.toString(), serverName, body })
    if (url.startsWith('/cgi-bin/drop')) {
      request.socket.destroy()
      return
    }
    if (url.startsWith('/cgi-bin/slow')) {
      response.write('first')
      await new Promise((/** @type {(released: void) => void} */ resolve) => (wechat.release = resolve))
      response.end('last')
      return
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(url.startsWith('/cgi-bin/stable_token') ? wechat.token : { errcode: 0 }))
  })
  server.listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return Object.assign(wechat, { port, received })
}
