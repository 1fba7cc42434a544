// A real Chromium for tests and screenshots, from npm alone: no root, no download beyond the registry.
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

const ARGUMENTS = ['--no-sandbox', '--no-zygote', '--headless=shell', '--disable-gpu']

/** A fontconfig file that names the Chinese fonts of an npm package. */
async function fonts(): Promise<string> {
  const folder = fileURLToPath(new URL('../node_modules/@embedpdf/fonts-sc', import.meta.url))
  const file = join(await mkdtemp(join(tmpdir(), 'console-fonts-')), 'fonts.conf')
  await writeFile(file, `<?xml version="1.0"?>\n<fontconfig><dir>${folder}</dir><cachedir>${dirname(file)}</cachedir></fontconfig>\n`)
  return file
}

/** Starts the browser; `CONSOLE_BROWSER` names another one, for what is not Linux on x64. */
export async function launch(): Promise<Browser> {
  if (process.env['CONSOLE_BROWSER'] === undefined && !(process.platform === 'linux' && process.arch === 'x64')) throw new Error('The browser from npm is for Linux on x64. Name another one with CONSOLE_BROWSER=/path/to/chromium.')
  const executablePath = process.env['CONSOLE_BROWSER'] ?? (await chromium.executablePath())
  return playwright.launch({ executablePath, args: ARGUMENTS, env: { ...process.env, FONTCONFIG_FILE: await fonts() } as Record<string, string> })
}
