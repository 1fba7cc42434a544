// The files of this package, and their path in a configuration.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Failure } from './failure.js'

export const PACKAGE = dirname(dirname(fileURLToPath(import.meta.url)))
export const TEMPLATE = join(PACKAGE, 'template', 'wrangler.jsonc')
export const EXAMPLE_RULES = join(PACKAGE, 'rules.example.json')

const { name, version, dependencies } = /** @type {{ name: string, version: string, dependencies: Record<string, string> }} */ (
  JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'))
)

export const VERSION = version
/** The one version of wrangler that this package was tested with. */
export const WRANGLER_VERSION = dependencies.wrangler ?? ''

/**
 * The path of this package as `wrangler.jsonc` in `folder` names it. A package that npx keeps in its cache does not count: the
 * path would lead nowhere later.
 *
 * @param {string} folder
 * @param {import('./language.js').Texts} texts
 */
export function packageSeenFrom(folder, texts) {
  for (let above = folder; ; above = dirname(above)) {
    const installed = join(above, 'node_modules', name)
    if (existsSync(installed) && realpathSync(installed) === realpathSync(PACKAGE)) {
      return relative(folder, installed).split(sep).join('/')
    }
    if (above === dirname(above)) throw new Failure(texts.notInstalledHere)
  }
}
