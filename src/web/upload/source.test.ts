import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openSource } from './source.js'

// A file system that gives less than it was asked for, as those of a network may.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  return {
    ...real,
    open: async (path: string, flags?: string | number) => {
      const file = await real.open(path, flags)
      const read = file.read.bind(file) as (b: Uint8Array, o: number, l: number, p: number) => Promise<unknown>
      file.read = ((bytes: Uint8Array, offset: number, length: number, position: number) =>
        read(bytes, offset, Math.min(length, 1_000), position)) as never
      return file
    },
  }
})

test('a disk that gives a file in small pieces leaves no gaps', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.bin')
  const bytes = randomBytes(3_000_000)
  writeFileSync(path, bytes)
  const source = await openSource(path)
  expect(source.md5).toBe(createHash('md5').update(bytes).digest('hex'))
  expect(Buffer.from(await source.read(1_000_000, 524_288)).equals(bytes.subarray(1_000_000, 1_524_288))).toBe(true)
  await source.close()
})
