// Puts a build where it is served, without a moment at which a file is missing: `make dev` may be serving the folder.
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const ENTRY = 'index.html'

/** After the build, copies `from` to `to`: what is referred to first, the page last. Then removes what is left of earlier builds. */
export function place(from: string, to: string): Plugin {
  return {
    name: 'place',
    apply: 'build',
    async closeBundle() {
      const built = (await readdir(from, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
      const ordered = [...built.filter((file) => file !== ENTRY), ENTRY]
      for (const file of ordered) await cp(join(from, file), join(to, file))
      const served = (await readdir(to, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(to.length + 1))
      await Promise.all(served.filter((file) => !built.includes(file)).map((file) => rm(join(to, file))))
    },
  }
}
