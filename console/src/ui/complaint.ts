import { known, t } from '@/locales'

/** What the worker says is wrong with a field, by the beginning of its words; groups are the values of the text. */
const COMPLAINTS: readonly [RegExp, string, ...string[]][] = [
  [/^(?:is empty|is missing|has an empty)/, 'empty'],
  [/^has (\d+) bytes; WeChat accepts (\d+)/, 'bytes', 'n', 'limit'],
  [/^has (?:more than )?(?:\d+ characters; )?(\d+) (?:characters|are allowed)/, 'characters', 'n'],
  [/^must not contain control characters/, 'invisible'],
  [/^must begin with https:/, 'https'],
  [/^must begin with http/, 'url'],
  [/^must be a time such as/, 'time'],
  [/^must be after from/, 'after'],
  [/^is duplicated/, 'duplicated'],
  [/^must not be later than/, 'expiry'],
  [/^must contain at most (\d+) regular expressions/, 'expressions', 'n'],
  [/^must contain at most (\d+)/, 'most', 'n'],
  [/^have too many keywords/, 'keywords'],
  [/^must have the name of a field/, 'placeholder'],
  [/^must contain (?:only|exactly) one article/, 'article'],
  [/^must contain 1 to (\d+) articles/, 'articles', 'n'],
  [/^sends more than the (\d+) messages/, 'messages', 'n'],
  [/^answers an event to which WeChat shows no reply/, 'unseen'],
  [/^hands over a user's message, so it must come first/, 'handover_first'],
  [/^hands over a user's message, so it cannot/, 'handover_event'],
  [/^WeChat accepts no message after/, 'none_after'],
  [/^WeChat accepts only (\d+) messages after/, 'few_after', 'n'],
  [/^is only for messages/, 'ask_event'],
  [/^is not the name of an assistant/, 'assistant'],
  [/^must be 1 to (\d+) characters of a-z/, 'identifier', 'n'],
  [/^must be (?:a whole number from )?(\d+) to (\d+)/, 'range', 'n', 'limit'],
  [/^must be a whole number/, 'whole'],
  [/^must have 1 to (\d+) characters/, 'characters', 'n'],
  [/^must have a host/, 'host'],
  [/^must have a public host/, 'public'],
  [/^must not contain spaces or non-ASCII characters/, 'ascii'],
  [/^must not contain a user name/, 'user_name'],
  [/^must be names of events/, 'events'],
  [/^is not a supported regular expression: .*look-around/, 'regex.look_around'],
  [/^is not a supported regular expression: .*backreferences/, 'regex.backreference'],
  [/^is not a supported regular expression: .*(?:size limit|nesting|too many)/, 'regex.size'],
  [/^is not a supported regular expression: .*(?:open group|closing '\)')/, 'regex.group'],
  [/^is not a supported regular expression: .*(?:repetition|brace)/, 'regex.repetition'],
  [/^is not a supported regular expression: .*(?:character class|bracket)/, 'regex.class'],
  [/^is not a supported regular expression: .*(?:escape|decimal|hexadecimal)/, 'regex.escape'],
  [/^is not a supported regular expression/, 'regex'],
]

/** The end of the worker's sentence about a field, in the reader's words; `undefined` where there are none. */
export function knownComplaint(complaint: string): string | undefined {
  for (const [pattern, id, ...names] of COMPLAINTS) {
    const match = pattern.exec(complaint)
    const key = `complaint.${id}`
    if (match && known(key)) return t(key, Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ''])))
  }
  return undefined
}

/** The worker's sentence about a field without its path, in the reader's words where there are some. */
export function complaintOf(message: string, field: string | undefined): string {
  const complaint = field !== undefined && message.startsWith(`${field} `) ? message.slice(field.length + 1) : message
  return knownComplaint(complaint) ?? complaint
}
