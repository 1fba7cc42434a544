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
    // They share WeChat, which some tests make misbehave.
    maxWorkers: 1,
    testTimeout: 45_000,
    hookTimeout: 30_000,
  },
})
