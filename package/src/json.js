/**
 * The JSON object or array of an answer, or `undefined` for anything else, such as a page.
 *
 * @param {string} text
 * @returns {Record<string, any> | undefined}
 */
export function jsonOf(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
