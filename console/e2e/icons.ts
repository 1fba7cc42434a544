// Draws the icons of the web app from icon.svg: `node e2e/icons.ts`. A maskable one fills its square, with the mark in the middle.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from './browser.ts'

const folder = fileURLToPath(new URL('../assets-public', import.meta.url))
const svg = await readFile(join(folder, 'icon.svg'), 'utf8')
const GROUND = '#0B6B46'
const browser = await launch()

async function draw(name: string, size: number, filled: boolean): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  const mark = filled ? size * 0.72 : size
  await page.setContent(`<style>body{margin:0;display:grid;place-items:center;height:100vh;background:${filled ? GROUND : 'transparent'}}svg{width:${mark}px;height:${mark}px;display:block}</style>${svg}`)
  await page.screenshot({ path: join(folder, name), omitBackground: !filled })
  await page.close()
}
await draw('icon-192.png', 192, false)
await draw('icon-512.png', 512, false)
await draw('icon-maskable.png', 512, true)
await draw('apple-touch-icon.png', 180, true)
await browser.close()
