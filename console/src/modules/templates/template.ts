interface Limit { characters?: number; hint?: 'ascii' | 'chinese' | 'time' | 'amount' | 'phone' }

/** What WeChat takes in a field of each type. Manual: 模板消息参数值内容限制说明. */
const LIMITS: Record<string, Limit> = {
  thing: { characters: 20 }, const: { characters: 20 }, character_string: { characters: 32, hint: 'ascii' }, number: { characters: 32 }, letter: { characters: 32 }, symbol: { characters: 5 },
  time: { hint: 'time' }, date: { hint: 'time' }, amount: { characters: 10, hint: 'amount' }, phone_number: { characters: 17, hint: 'phone' }, car_number: { characters: 8 }, name: { characters: 10 }, phrase: { characters: 5, hint: 'chinese' },
}
export const limitOf = (type: string): Limit => LIMITS[type] ?? {}

/** What is entered in a field, whose name may be that of any member of an object. */
export const entered = (values: Readonly<Record<string, string>>, name: string): string => (Object.hasOwn(values, name) ? (values[name] ?? '') : '')

/** The text of a template with values in place of its fields; what is not entered stays as it is named. */
export function filledIn(content: string, values: Readonly<Record<string, string>>): string {
  return content.replace(/\{\{\s*(\w+)\.DATA\s*\}\}/g, (_, name: string) => entered(values, name) || '—')
}

/** Whether WeChat would refuse a value for its length or letters, as far as that is known. */
export function problemOf(type: string, value: string): 'long' | 'ascii' | 'chinese' | 'time' | 'amount' | undefined {
  const { characters, hint } = limitOf(type)
  if (value === '') return undefined
  if (type === 'amount') return /^[¥￥$€£]?\d{1,10}(\.\d+)?元?$/.test(value) ? undefined : 'amount'
  if (characters !== undefined && Array.from(value).length > characters) return 'long'
  if (hint === 'ascii' && !/^[\x20-\x7e]*$/.test(value)) return 'ascii'
  if (hint === 'chinese' && !/^[\u4e00-\u9fff]*$/.test(value)) return 'chinese'
  if (hint === 'time' && !(/\d/.test(value) && /^[\d年月日时分秒:：\-/~ ]*$/.test(value))) return 'time'
  return undefined
}
