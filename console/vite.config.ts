import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { budgets } from './scripts/budgets.ts'
import { place } from './scripts/place.ts'

const worker = process.env['WORKER'] ?? 'http://127.0.0.1:8787'

const DIST = fileURLToPath(new URL('dist', import.meta.url))

export default defineConfig(({ command }) => ({
  base: '/console/',
  publicDir: 'assets-public',
  plugins: [vue(), budgets(), place(DIST, fileURLToPath(new URL('../public/console', import.meta.url)))],
  define: {
    __BUILD__: JSON.stringify(process.env['MP_WORKER_BUILD'] ?? 'development'),
    // Every component has `<script setup>`.
    __VUE_OPTIONS_API__: 'false',
  },
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  build: {
    outDir: DIST,
    emptyOutDir: true,
    target: 'es2022',
    // Data URLs in style sheets would be refused by the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What several screens share is one file: each further one would be a request of the first screen.
        // What only the screens of rules, menus and assistants share comes with them.
        codeSplitting: {
          groups: [
            { name: 'shared', test: /^(?!.*\/src\/modules\/(?:rules|menu|assistants)\/).*(?:src|node_modules)/, minShareCount: 2, priority: 2 },
            { name: 'rules', test: /src\/modules/, minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server:
    command === 'serve'
      ? {
          // The host of `make dev`: its cookie counts here too, whatever the port.
          host: '127.0.0.1',
          port: 5173,
          proxy: { '/api': { target: worker, changeOrigin: true } },
        }
      : {},
}))
