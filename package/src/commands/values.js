// `values`: what WeChat's console asks for. It is the one command that prints secrets, because they are to be pasted.
import { inColumns } from '../columns.js'
import { Failure } from '../failure.js'
import { SECRETS_FILE } from '../secrets.js'
import { domainOf, readSite } from '../site.js'

/** @param {import('../context.js').Context} context */
export async function values(context) {
  const { config, secrets, terminal, texts } = await readSite(context)
  const domain = domainOf(config, texts)
  if (!domain) throw new Failure(texts.noDomain)
  terminal.say(pasted(`https://${domain}`, secrets, texts))
}

/**
 * @param {string} url
 * @param {import('../secrets.js').Secrets} secrets
 * @param {import('../language.js').Texts} texts
 */
export function pasted(url, { WECHAT_TOKEN: token, WECHAT_ENCODING_AES_KEY: aesKey }, texts) {
  if (!token || !aesKey) return texts.valuesElsewhere(SECRETS_FILE)
  return inColumns([
    ['服务器地址(URL)', `${url}/callback`],
    ['令牌(Token)', token],
    ['消息加解密密钥(EncodingAESKey)', aesKey],
    ['消息加解密方式', '安全模式'],
  ])
}
