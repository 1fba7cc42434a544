import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const KB = 1000
/** In gzipped bytes. */
const LIMITS = { firstScreen: 90 * KB, styles: 16 * KB, screen: 60 * KB, all: 400 * KB, requests: 8 }

type Piece = { fileName: string; bytes: number }

/** Prints what the build weighs, and fails it if it is over a limit. */
export function budgets(): Plugin {
  return {
    name: 'budgets',
    apply: 'build',
    generateBundle(_, bundle) {
      const weigh = (source: string | Uint8Array): number => gzipSync(source, { level: 9 }).length
      const files = Object.values(bundle)
      const chunks = files.filter((file) => file.type === 'chunk')
      const bytes = new Map<string, number>(
        files.map((file) => [file.fileName, weigh(file.type === 'chunk' ? file.code : file.source)]),
      )
      const sizeOf = (names: Iterable<string>): number => [...names].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0)
      const withImports = (name: string, seen: Set<string> = new Set()): Set<string> => {
        const chunk = chunks.find((each) => each.fileName === name)
        if (!chunk || seen.has(name)) return seen
        seen.add(name)
        chunk.imports.forEach((imported) => withImports(imported, seen))
        return seen
      }
      const stylesOf = (names: Set<string>): Set<string> =>
        new Set(chunks.filter((chunk) => names.has(chunk.fileName)).flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]))

      const entry = chunks.find((chunk) => chunk.isEntry)
      if (!entry) return
      const first = withImports(entry.fileName)
      const locales = chunks.filter((chunk) => chunk.facadeModuleId?.includes('/locales/')).map((chunk) => chunk.fileName)
      const locale = Math.max(0, ...locales.map((name) => bytes.get(name) ?? 0))
      const firstStyles = stylesOf(first)
      const shell = { scripts: sizeOf(first) + locale, styles: sizeOf(firstStyles) }
      const all = [...bytes].filter(([name]) => /\.(js|css|svg|html)$/.test(name)).reduce((sum, [, size]) => sum + size, 0)
      const screens: Piece[] = chunks
        .filter((chunk) => chunk.isDynamicEntry && chunk.facadeModuleId?.includes('/modules/'))
        .map((chunk) => {
          const own = new Set([...withImports(chunk.fileName)].filter((name) => !first.has(name)))
          const styles = new Set([...stylesOf(withImports(chunk.fileName))].filter((name) => !firstStyles.has(name)))
          return { fileName: /modules\/(\w+)\//.exec(chunk.facadeModuleId ?? '')?.[1] ?? chunk.name, bytes: sizeOf(own) + sizeOf(styles) }
        })

      const kb = (value: number): string => `${(value / KB).toFixed(1)} kB`
      const requests = first.size + firstStyles.size + 1
      console.log(`First screen: ${kb(shell.scripts)} of scripts, ${kb(shell.styles)} of styles, ${requests} requests; everything: ${kb(all)} (gzip).`)
      screens.forEach((screen) => console.log(`  ${screen.fileName}: ${kb(screen.bytes)}`))
      const broken = [
        shell.scripts > LIMITS.firstScreen && 'the scripts of the first screen',
        shell.styles > LIMITS.styles && 'the styles of the first screen',
        requests > LIMITS.requests && 'the requests of the first screen',
        all > LIMITS.all && 'everything',
        ...screens.map((screen) => screen.bytes > LIMITS.screen && `the screen ${screen.fileName}`),
      ].filter((each) => typeof each === 'string')
      if (broken.length > 0) this.error(`Over the limit: ${broken.join(', ')}. See LIMITS in console/scripts/budgets.ts.`)
    },
  }
}
