import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { OpenSource } from '../../transport/content.js'
import { openSource, VerifiedFile } from './source.js'

// A file system that returns fewer bytes than requested, as network file systems may.
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

async function readFrom(source: OpenSource, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  await source.readInto(bytes, start)
  return bytes
}

test('reads a file completely when each read returns fewer bytes than requested', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'a.bin')
  const bytes = randomBytes(3_000_000)
  writeFileSync(path, bytes)
  const source = await openSource(path)
  expect(source.md5).toBe(createHash('md5').update(bytes).digest('hex'))
  expect((await readFrom(source, 1_000_000, 524_288)).equals(bytes.subarray(1_000_000, 1_524_288))).toBe(true)
  await source.close()
})

test.skipIf(process.platform === 'win32')('does not follow a link that has replaced a verified file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  writeFileSync(join(folder, 'secret'), 'secret')
  symlinkSync(join(folder, 'secret'), join(folder, 'x'))
  const verify = vi.fn()
  await expect(openSource(new VerifiedFile(join(folder, 'x'), verify))).rejects.toThrow('cannot be sent')
  expect(verify).not.toHaveBeenCalled()
})

test('sends the verified file even if it is replaced afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  const path = join(folder, 'x')
  writeFileSync(path, 'checked')
  writeFileSync(join(folder, 'y'), 'another')
  const source = await openSource(
    new VerifiedFile(path, async ({ source }) => {
      expect((await readFrom(source, 0, 7)).toString()).toBe('checked')
      renameSync(join(folder, 'y'), path)
    }),
  )
  expect((await readFrom(source, 0, 7)).toString()).toBe('checked')
  await source.close()
})

test('closes a file whose verification fails', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'itchat-')), 'x')
  writeFileSync(path, 'words')
  let closed = vi.fn()
  const refused = new VerifiedFile(path, async ({ file }) => {
    closed = vi.spyOn(file, 'close') as never
    throw new Error('refused')
  })
  await expect(openSource(refused)).rejects.toThrow('refused')
  expect(closed).toHaveBeenCalledOnce()
  rmSync(path)
})
