import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Every run is the same: by name, and what uses up the sign-ins of a minute last, as other files sign in too. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = (file: TestSpecification): number => Number(file.moduleId.endsWith('/sign-in.test.ts'))
    return [...files].sort((one, other) => isLast(one) - isLast(other) || one.moduleId.localeCompare(other.moduleId))
  }
}

export default defineConfig({
  resolve: { alias: { '@': here('../src') } },
  test: {
    root: here('.'),
    include: ['*.test.ts'],
    environment: 'node',
    globalSetup: here('world.ts'),
    // They share WeChat, which some tests make misbehave.
    maxWorkers: 1,
    sequence: { sequencer: ByName },
    testTimeout: 45_000,
    hookTimeout: 30_000,
  },
})
