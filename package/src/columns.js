// Text in columns, where a Chinese character takes the place of two letters.

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g

/** @param {string} text */
export function widthOf(text) {
  return text.length + (text.match(WIDE)?.length ?? 0)
}

/**
 * Lines whose second columns begin at the same place.
 *
 * @param {[string, string][]} rows
 */
export function inColumns(rows) {
  const width = Math.max(...rows.map(([label]) => widthOf(label)))
  return rows.map(([label, value]) => `  ${label}${' '.repeat(width - widthOf(label))}  ${value}`).join('\n')
}
