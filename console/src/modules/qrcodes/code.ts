import { encode } from 'uqr'
import type { Answer } from '@/api/call'

export type Listed = Answer<'qrcode/list'>['codes'][number]
/** Modules of white around a code, which readers need. */
const QUIET = 4

export interface Drawing { size: number; path: string; dark: readonly (readonly boolean[])[] }

/** A code as a path of squares, with the white that readers need around it. */
export function drawingOf(content: string): Drawing {
  const { data, size } = encode(content, { ecc: 'M', border: QUIET })
  const path = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return { size, path, dark: data }
}

/** A file with the code alone. */
export function svgOf(content: string): string {
  const { size, path } = drawingOf(content)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>\n`
}

/** The code as a picture of whole pixels, at least this wide. */
export function pictureOf(content: string, width: number): HTMLCanvasElement {
  const { size, dark } = drawingOf(content)
  const scale = Math.ceil(width / size)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size * scale
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000'
  dark.forEach((row, y) => row.forEach((on, x) => on && context.fillRect(x * scale, y * scale, scale, scale)))
  return canvas
}

/** A name for a file, without what file systems refuse and what only pretends, such as an ending that is written backwards. */
export const fileName = (code: Listed): string => Array.from((code.name || code.scene).replace(/[\\/:*?"<>|\s\p{C}]+/gu, '_')).slice(0, 60).join('').replace(/^\.+/, '_')

/** The scene of a request: digits alone are a `scene_id`, which QR codes of the first kind have. */
export function sceneOf(scene: string, permanent: boolean): { scene_id: number } | { scene_str: string } {
  const number = /^[1-9]\d{0,9}$/.test(scene) ? Number(scene) : undefined
  return number !== undefined && number <= (permanent ? 100_000 : 4_294_967_295) ? { scene_id: number } : { scene_str: scene }
}
