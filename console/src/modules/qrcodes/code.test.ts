import { expect, test } from 'vitest'
import { drawingOf, fileName, sceneOf, svgOf } from './code'

test('a code has its three corners and white around it', () => {
  const { size, dark } = drawingOf('http://weixin.qq.com/q/02abc')
  expect(dark).toHaveLength(size)
  expect(dark.slice(0, 4).flat().some(Boolean)).toBe(false)
  for (const [x, y] of [[4, 4], [size - 11, 4], [4, size - 11]] as const) expect(dark.slice(y, y + 7).map((row) => row.slice(x, x + 7).map(Number).join('')).join('\n')).toBe('1111111\n1000001\n1011101\n1011101\n1011101\n1000001\n1111111')
  expect(svgOf('a')).toMatch(/^<svg xmlns="[^"]+" viewBox="0 0 \d+ \d+"/)
})

test('scenes of digits are numbers, as far as WeChat has them', () => {
  expect(sceneOf('42', true)).toEqual({ scene_id: 42 })
  expect(sceneOf('100001', true)).toEqual({ scene_str: '100001' })
  expect(sceneOf('100001', false)).toEqual({ scene_id: 100_001 })
  expect(sceneOf('042', true)).toEqual({ scene_str: '042' })
  expect(sceneOf('西湖', true)).toEqual({ scene_str: '西湖' })
})

test('file names', () => {
  expect(fileName({ scene: 'a/b c', scans: 0, followed: 0 })).toBe('a_b_c')
  const named = (scene: string): string => fileName({ scene, scans: 0, followed: 0 })
  expect(named('a\u0000\u202Egnp')).toBe('a_gnp')
  expect(named('../x')).toBe('__x')
  expect(named('😀'.repeat(70))).toBe('😀'.repeat(60))
})
