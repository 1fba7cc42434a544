/** Characters that show nothing: white space, control and format characters, and the fillers of some scripts. */
const UNSEEN = /[\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/gu
/** Characters that change the direction of what stands around them. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
/** Letters of scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/

/** Whether a reader would see nothing of a text, such as a name of zero-width characters. */
export function isBlank(text: string | null | undefined): boolean {
  return !text || text.replace(UNSEEN, '') === ''
}

/** A text from the first character that is seen. */
export function visible(text: string): string {
  return text.slice(text.search(/[^\s\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u))
}

/** A name as part of a sentence, whose direction it does not change. */
export function isolated(name: string): string {
  const plain = name.replace(DIRECTION, '')
  return RIGHT_TO_LEFT.test(plain) ? `\u2068${plain}\u2069` : plain
}
