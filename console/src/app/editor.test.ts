import { expect, test } from 'vitest'
import { ref, shallowRef } from 'vue'
import { Failure } from '@/api/failure'
import { differences } from '@/ui/difference'
import { saveOver } from './editor'

test('a version that others have moved on does not matter, unless they changed the same', async () => {
  const sent: (number | undefined)[] = []
  const send = (version: number | undefined): Promise<string> => {
    sent.push(version)
    return version === 2 ? Promise.resolve('saved') : Promise.reject(new Failure('conflict', '', 409))
  }
  let theirs: unknown = 'nothing'
  const saving = (stored: object, anyway: boolean) => saveOver({ version: ref(1), base: shallowRef<object | undefined>({ a: 1 }) }, { send, read: () => Promise.resolve({ stored, version: 2 }), isSaved: (found) => 'mine' in found, anyway, theirs: (found) => void (theirs = found) })
  expect(await saving({ a: 1 }, false)).toBe('saved')
  expect(sent).toEqual([1, 2])
  await expect(saving({ a: 2 }, false)).rejects.toThrow(Failure)
  expect(theirs).toEqual({ a: 2 })
  expect(sent).toEqual([1, 2, 1])
  expect(await saving({ a: 2 }, true)).toBe('saved')
  sent.length = 0
  expect(await saving({ mine: 1 }, false), 'it was saved before').toBeUndefined()
  expect(sent).toEqual([1])
})

test('fields that differ, by path', () => {
  expect(differences({ a: { b: ['x', 'y'] }, c: 1 }, { a: { b: ['x'] }, c: 1, d: undefined, e: [{ f: 2 }] })).toEqual([{ path: 'a.b', before: 'x、y', after: 'x' }, { path: 'e[0].f', before: '', after: '2' }])
})
