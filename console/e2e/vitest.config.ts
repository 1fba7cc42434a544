import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** By name, so that every run is the same: the last, about signing in, uses up the sign-ins of a minute. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((one, other) => one.moduleId.localeCompare(other.moduleId))
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
