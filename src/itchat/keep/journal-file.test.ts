import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { replaceFile } from '../../util/atomic-file.js'
import { JournalFile } from './journal-file.js'

vi.mock('../../util/atomic-file.js', { spy: true })
afterEach(() => void vi.resetAllMocks())

async function openedFile(): Promise<JournalFile> {
  const file = new JournalFile(join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal'))
  await file.open()
  return file
}

async function* records(...all: object[]) {
  yield* all
}

async function found(file: JournalFile): Promise<object[]> {
  const all: object[] = []
  for await (const { record } of file.read()) all.push(record)
  return all
}

test('what is appended after the folder could not be written is found again', async () => {
  const file = await openedFile()
  await file.append([{ old: 1 }]).written
  const { replaceFile: replace } =
    await vi.importActual<typeof import('../../util/atomic-file.js')>('../../util/atomic-file.js')
  vi.mocked(replaceFile).mockImplementationOnce(async (from, path) => {
    await replace(from, path)
    throw new Error('EINVAL: this system writes no folders')
  })
  await expect(file.rewrite(() => records({ kept: 1 }))).rejects.toThrow('EINVAL')
  await file.append([{ later: 1 }]).written
  expect(await found(file)).toEqual([{ kept: 1 }, { later: 1 }])
  expect(file.sizeBytes).toBe(readFileSync(file.path).length)
  await file.close()
})

test('a file that was given back is left alone: it may be another one’s now', async () => {
  const file = await openedFile()
  await file.append([{ old: 1 }]).written
  await file.close()
  await file.rewrite(() => records())
  expect(await found(file)).toEqual([{ old: 1 }])
})
