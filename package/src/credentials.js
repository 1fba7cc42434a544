// How to authenticate at Cloudflare: by the environment, or as the person who is signed in with wrangler.
import { CloudflareApi } from './api.js'
import { Failure } from './failure.js'

/**
 * @typedef {object} Credentials of `wrangler auth token --json`
 * @property {string} [token]
 * @property {string} [key] the older global API key
 * @property {string} [email]
 */

/**
 * Returns the API with the credentials. Without any, the operator signs in in a browser.
 *
 * @param {{ wrangler: import('./wrangler.js').Wrangler, terminal: import('./terminal.js').Terminal, texts: import('./language.js').Texts }} site
 * @param {NodeJS.ProcessEnv} env
 */
export async function authenticate(site, env) {
  const { texts, wrangler } = site
  const { email, key, token } = await credentials(site, env)
  wrangler.hide([token ?? '', key ?? ''])
  // fetch() would quote what cannot be in a header.
  if ([email, key, token].some((value) => value && !/^[\x21-\x7e]+$/.test(value))) throw new Failure(texts.cloudflare.noPermission)
  /** @type {Record<string, string>} */
  const headers = token ? { authorization: `Bearer ${token}` } : { 'x-auth-email': email ?? '', 'x-auth-key': key ?? '' }
  return new CloudflareApi(env.CLOUDFLARE_API_BASE_URL, headers, texts)
}

/**
 * @param {{ wrangler: import('./wrangler.js').Wrangler, terminal: import('./terminal.js').Terminal, texts: import('./language.js').Texts }} site
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Credentials>}
 */
async function credentials({ terminal, texts, wrangler }, env) {
  const token = env.CLOUDFLARE_API_TOKEN?.trim()
  if (token) return { token }
  terminal.say(texts.lookingForSignIn)
  const known = await current(wrangler)
  if (known) return known
  if (!terminal.isInteractive) throw new Failure(texts.cloudflare.notSignedIn)
  const isHere = hasBrowser(env, process.platform)
  terminal.say(isHere ? texts.signingIn : texts.signingInElsewhere)
  await wrangler.show(isHere ? ['login'] : ['login', '--device'])
  const signedIn = await current(wrangler)
  if (!signedIn) throw new Failure(texts.cloudflare.signInFailed)
  return signedIn
}

/**
 * Whether a browser of this machine can open, and reach wrangler at localhost. Without one, Cloudflare shows a code that is
 * entered in a browser anywhere.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
export function hasBrowser(env, platform) {
  if (env.SSH_CONNECTION) return false
  return platform === 'darwin' || platform === 'win32' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME)
}

/**
 * @param {import('./wrangler.js').Wrangler} wrangler
 * @returns {Promise<Credentials | undefined>}
 */
async function current(wrangler) {
  const { code, stdout } = await wrangler.attempt(['auth', 'token', '--json'])
  const json = stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1)
  return code === 0 && json ? JSON.parse(json) : undefined
}
