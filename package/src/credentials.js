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
 * Returns the API with the credentials. Without any, it opens a browser to sign in.
 *
 * @param {{ wrangler: import('./wrangler.js').Wrangler, terminal: import('./terminal.js').Terminal, texts: import('./language.js').Texts }} site
 * @param {NodeJS.ProcessEnv} env
 */
export async function authenticate({ terminal, texts, wrangler }, env) {
  const open = (/** @type {Credentials} */ { email, key, token }) => {
    wrangler.hide([token ?? '', key ?? ''])
    /** @type {Record<string, string>} */
    const headers = token ? { authorization: `Bearer ${token}` } : { 'x-auth-email': email ?? '', 'x-auth-key': key ?? '' }
    return new CloudflareApi(env.CLOUDFLARE_API_BASE_URL, headers, texts)
  }
  if (env.CLOUDFLARE_API_TOKEN) return open({ token: env.CLOUDFLARE_API_TOKEN })
  const known = await current(wrangler)
  if (known) return open(known)
  if (!terminal.isInteractive) throw new Failure(texts.cloudflare.notSignedIn)
  terminal.say(texts.signingIn)
  await wrangler.converse(['login'])
  const signedIn = await current(wrangler)
  if (!signedIn) throw new Failure(texts.cloudflare.notSignedIn)
  return open(signedIn)
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
