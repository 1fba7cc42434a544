import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: { alias: { '@': here('../src') } },
  test: {
    root: here('.'),
    include: ['*.test.ts'],
    environment: 'node',
    globalSetup: here('world.ts'),
    // A browser each, and one worker for all: more at a time would wait for the processor.
    maxWorkers: 2,
    testTimeout: 45_000,
    hookTimeout: 30_000,
  },
})
