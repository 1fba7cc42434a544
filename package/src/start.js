// Runs the command line, through the proxy that the environment names.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const { HTTPS_PROXY, NODE_USE_ENV_PROXY, https_proxy } = process.env
if ((HTTPS_PROXY || https_proxy) && !NODE_USE_ENV_PROXY) {
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
