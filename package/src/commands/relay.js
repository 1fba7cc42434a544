// `relay`: a configuration for nginx or Caddy with a secret of its own, and a check that calls through it.
import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseDomain } from '../answers.js'
import { Failure } from '../failure.js'
import { replaceFile } from '../private-file.js'
import { PACKAGE } from '../package.js'
import { SECRETS_FILE, lettersAndDigits, readSecrets, writeSecrets } from '../secrets.js'

/** What each program's file is called in the package, and what it is written as. */
const PROGRAMS = { nginx: ['nginx.conf', 'nginx.relay.conf'], caddy: ['Caddyfile', 'relay.Caddyfile'] }
const PATIENCE_MS = 20_000

/** @param {import('../context.js').Context} context */
export async function relay(context) {
  const [what] = context.operands
  if (what === 'nginx' || what === 'caddy') return write(what, context)
  if (what === 'check') return check(context)
  throw new Failure(context.texts.relayUsage)
}

/**
 * @param {keyof typeof PROGRAMS} program
 * @param {import('../context.js').Context} context
 */
async function write(program, { folder, options, terminal, texts }) {
  const question = { text: texts.askRelayHost, parse: parseDomain, invalid: texts.invalidRelayHost, instead: '--host' }
  const host = options.host === undefined ? await terminal.ask(question) : parseDomain(options.host)
  if (host === undefined) throw new Failure(`--host: ${texts.invalidRelayHost}`)
  const path = join(folder, SECRETS_FILE)
  const secrets = readSecrets(path, texts)
  const secret = secrets.WECHAT_API_RELAY_SECRET ?? lettersAndDigits(32)
  const [source = '', file = ''] = PROGRAMS[program]
  const template = readFileSync(join(PACKAGE, 'relay', source), 'utf8')
  replaceFile(join(folder, file), template.replaceAll('@HOST@', host).replaceAll('@SECRET@', secret))
  writeSecrets(path, { ...secrets, WECHAT_API_BASE: `https://${host}`, WECHAT_API_RELAY_SECRET: secret })
  const addresses = await lookup(host, { all: true, family: 4 }).catch(() => [])
  terminal.say(texts.relayWritten(file, addresses.map(({ address }) => address)))
}

/** @param {import('../context.js').Context} context */
async function check({ folder, terminal, texts }) {
  const secrets = readSecrets(join(folder, SECRETS_FILE), texts)
  const { WECHAT_API_BASE: base, WECHAT_API_RELAY_SECRET: secret } = secrets
  if (!base || !secret) throw new Failure(texts.noRelay)
  const closed = await ask(base, undefined, {}, texts)
  if (closed.status !== 403) throw new Failure(texts.relayOpen)
  const credentials = { grant_type: 'client_credential', appid: secrets.WECHAT_APP_ID, secret: secrets.WECHAT_APP_SECRET }
  const { answer, status } = await ask(base, secret, credentials, texts)
  if (status === 403) throw new Failure(texts.relayRefuses)
  if (typeof answer?.access_token === 'string') {
    terminal.say(texts.relayWorks)
    return 0
  }
  const address = /invalid ip ([0-9a-fA-F.:]+)/.exec(answer?.errmsg ?? '')?.[1]
  if (answer?.errcode === 40164 && address) {
    terminal.say(texts.listRelay(address))
    return 1
  }
  throw new Failure(typeof answer?.errcode === 'number' ? texts.relayPassesBut(answer.errcode) : texts.relayForeign(status))
}

/**
 * Asks WeChat for a token through the relay, as the worker does; it is thrown away.
 *
 * @param {string} base
 * @param {string | undefined} secret
 * @param {object} body
 * @param {import('../language.js').Texts} texts
 */
async function ask(base, secret, body, texts) {
  let response
  try {
    response = await fetch(`${base}/cgi-bin/stable_token`, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { 'content-type': 'application/json', ...(secret && { 'x-relay-secret': secret }) },
      body: JSON.stringify(body),
    })
  } catch {
    throw new Failure(texts.relayUnreachable(base))
  }
  const text = await response.text().catch(() => '')
  try {
    return { status: response.status, answer: /** @type {Record<string, any>} */ (JSON.parse(text)) }
  } catch {
    return { status: response.status, answer: undefined }
  }
}
