// Generates src/api/schema.ts from ../public/openapi.json. With --check it fails if the file is not current.
import { readFile, writeFile } from 'node:fs/promises'
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript'

const SOURCE = new URL('../../public/openapi.json', import.meta.url)
const TARGET = new URL('../src/api/schema.ts', import.meta.url)
const HEADER = '// Generated from public/openapi.json by `npm run schema`. Do not edit.\n\n'

/**
 * Removes what a type cannot use: examples, and conditions next to `properties` (such as "text needs `text`"), which
 * would become intersections that no value fits. The worker checks those.
 */
function simplified(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((each) => simplified(each))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const object = !named && entries.some(([key, child]) => key === 'properties' && typeof child === 'object')
  return Object.fromEntries(
    entries
      // A field may be called that too.
      .filter(([key]) => named || (key !== 'example' && key !== 'examples'))
      .filter(([key]) => !(object && ['allOf', 'oneOf', 'anyOf', 'if', 'then', 'else', 'not'].includes(key)))
      .map(([key, child]) => [key, simplified(child, !named && key === 'properties')]),
  )
}

const document = simplified(JSON.parse(await readFile(SOURCE, 'utf8'))) as OpenAPI3
const schema = HEADER + astToString(await openapiTS(document, { defaultNonNullable: false }))

if (process.argv.includes('--check')) {
  const current = await readFile(TARGET, 'utf8').catch(() => '')
  if (current !== schema) {
    console.error("console/src/api/schema.ts does not match public/openapi.json. Run 'npm run schema' in console/.")
    process.exit(1)
  }
} else {
  await writeFile(TARGET, schema)
}
