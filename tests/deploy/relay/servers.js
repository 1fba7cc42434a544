// nginx and Caddy with the configuration that `relay` wrote. Only what belongs to one machine is replaced: ports,
// certificates, folders, and WeChat's address.
import { spawn } from 'node:child_process'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ folder: string, port: number, upstream: number }} Place */

export const SERVERS = {
  nginx: { file: 'nginx.relay.conf', adapt: adaptNginx, command: nginx },
  caddy: { file: 'relay.Caddyfile', adapt: adaptCaddy, command: caddy },
}

/**
 * @param {import('node:test').TestContext} t
 * @param {keyof typeof SERVERS} name
 * @param {string} config
 * @param {Place} place
 */
export function startServer(t, name, config, place) {
  const { adapt, command, file } = SERVERS[name]
  const path = join(place.folder, file)
  writeFileSync(path, adapt(config, place))
  const [program, ...args] = command(path, place)
  const log = openSync(join(place.folder, 'server.log'), 'w')
  const server = spawn(program, args, { env: { ...process.env, HOME: place.folder }, stdio: ['ignore', log, log] })
  t.after(() => server.kill())
}

/**
 * Replaces texts that have to be there.
 *
 * @param {string} config
 * @param {[string, string][]} changes
 */
function replaced(config, changes) {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the configuration has no ${from}`)
    return text.replaceAll(from, to)
  }, config)
}

/**
 * @param {string} config
 * @param {Place} place
 */
function adaptNginx(config, { folder, port, upstream }) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  return replaced(config, [
    ['events {}', `events {}\npid ${folder}/nginx.pid;\ndaemon off;`],
    ['http {', `http {\n${temporary.join('\n')}`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['/etc/ssl/relay.crt', `${folder}/localhost.pem`],
    ['/etc/ssl/relay.key', `${folder}/localhost.key`],
    ['/etc/ssl/certs/ca-certificates.crt', `${folder}/ca.pem`],
    ['/var/log/nginx/', `${folder}/`],
    ['set $wechat api.weixin.qq.com;', `set $wechat 127.0.0.1:${upstream};`],
  ])
}

/**
 * @param {string} config
 * @param {Place} place
 */
function adaptCaddy(config, { folder, port, upstream }) {
  return replaced(config, [
    ['relay.example.com {', `https://localhost:${port} {\n\ttls ${folder}/localhost.pem ${folder}/localhost.key`],
    ['\tlog {', `\tlog {\n\t\toutput file ${folder}/access.log`],
    ['\tpersist_config off', '\tpersist_config off\n\tadmin off\n\tauto_https disable_redirects'],
    ['tcp4/api.weixin.qq.com:443', `tcp4/127.0.0.1:${upstream}`],
    ['tls_server_name api.weixin.qq.com', `tls_server_name api.weixin.qq.com\n\t\t\ttls_trust_pool file ${folder}/ca.pem`],
  ])
}

/**
 * @param {string} path
 * @param {Place} place
 * @returns {[string, ...string[]]}
 */
function nginx(path, { folder }) {
  return [process.env.RELAY_NGINX ?? 'nginx', '-c', path, '-p', folder, '-e', join(folder, 'error.log')]
}

/**
 * @param {string} path
 * @returns {[string, ...string[]]}
 */
function caddy(path) {
  return [process.env.RELAY_CADDY ?? 'caddy', 'run', '--adapter', 'caddyfile', '--config', path]
}
