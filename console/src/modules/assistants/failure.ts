import { known, t } from '@/locales'

/** What the worker says of a provider of models, by a part of its words; the group is the value `n` of the text. */
const FAILURES: readonly [RegExp, string][] = [
  [/balance/, 'balance'],
  [/key is not valid/, 'key'],
  [/no such model/, 'model'],
  [/^it answered (4\d\d).*check the base URL|^it answered (3\d\d)/, 'address'],
  [/key may not do this/, 'forbidden'],
  [/set location/, 'location'],
  [/switches thinking/, 'thinking'],
  [/^it rejected the request with (\d+)/, 'rejected'],
  [/web page/, 'page'],
  [/conversation is too long/, 'conversation'],
  [/only thought/, 'thought'],
  [/answer is empty/, 'empty'],
  [/answer (?:is too long|has more than)|end its answer|answer was cut/, 'cut'],
  [/refused the message/, 'refused'],
  [/deleted the conversation/, 'deleted'],
  [/too often/, 'busy'],
  [/^it answered/, 'broken'],
  [/^it (?:did not answer within|could not be reached)/, 'unreachable'],
]

/** One sentence about a provider in the reader's words, or as the worker says it where there are none. */
function sentence(said: string): string {
  const secret = /^(?:its secret )?(\S+) (is missing$|must )/.exec(said)
  if (secret) return t(secret[2] === 'is missing' ? 'provider.missing' : 'provider.malformed', { secret: secret[1] ?? '' })
  for (const [pattern, id] of FAILURES) {
    const match = pattern.exec(said)
    const key = `provider.failed.${id}`
    if (match && known(key)) return t(key, { n: match[1] ?? match[2] ?? '' })
  }
  return said
}

/** What the worker says of providers, each with the name before it if it has one. */
export function providerWords(said: string): string {
  return said.split('; ').map((each) => {
    const [, name, rest] = /^(?!it )([\w-]+): (.*)$/s.exec(each) ?? []
    return name === undefined || rest === undefined ? sentence(each) : `${name}${t('rule.colon')}${sentence(rest)}`
  }).join(t('rule.semicolon'))
}
