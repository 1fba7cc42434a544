#!/usr/bin/env node
// What has to be right before anything else is loaded: the version of Node.js, and its use of a proxy.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const OLDEST = { major: 22, minor: 12 }

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const { HTTPS_PROXY, NODE_USE_ENV_PROXY, https_proxy } = process.env
if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
  const oldest = `${OLDEST.major}.${OLDEST.minor}`
  console.error(
    `mp-worker needs Node.js ${oldest} or newer, and this is ${process.versions.node}: install the LTS version from https://nodejs.org.\n` +
      `mp-worker 需要 Node.js ${oldest} 或更高版本，当前为 ${process.versions.node}：请从 https://nodejs.org 安装 LTS 版本。`,
  )
  process.exitCode = 1
} else if ((HTTPS_PROXY || https_proxy) && !NODE_USE_ENV_PROXY) {
  process.exitCode = await runThroughProxy()
} else {
  const { run } = await import('./cli.js')
  process.exitCode = await run(process.argv.slice(2), process.env)
}

/**
 * Runs this again: Node.js uses a proxy only if it is told so when it starts. This machine is not behind the proxy.
 *
 * @returns {Promise<number>}
 */
function runThroughProxy() {
  const direct = [process.env.NO_PROXY ?? process.env.no_proxy, '127.0.0.1', 'localhost'].filter(Boolean).join(',')
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1', NO_PROXY: direct, no_proxy: direct }
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { env, stdio: 'inherit' })
  // The terminal sends Ctrl-C to both, and the other one decides when to end.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}
