import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type DiskStep, failingDisk } from '../../../test/support/failing-disk.js'
import { gate } from '../../../test/support/gate.js'
import { JournalFile } from './journal-file.js'

vi.mock('node:fs', { spy: true })
vi.mock('node:fs/promises', { spy: true })

async function openedFile(): Promise<JournalFile> {
  const file = new JournalFile(join(mkdtempSync(join(tmpdir(), 'itchat-')), 'journal'))
  await file.open()
  onTestFinished(() => file.close())
  return file
}

async function* records(...all: object[]) {
  yield* all
}

async function readAll(file: JournalFile): Promise<object[]> {
  const all: object[] = []
  for await (const { record } of file.read()) all.push(record)
  return all
}

/** All records without duplicates, because a partially written record may be written again. */
async function readDistinct(file: JournalFile): Promise<unknown[]> {
  return [...new Set((await readAll(file)).map((record) => JSON.stringify(record)))].map((json) => JSON.parse(json))
}

async function readAt(file: JournalFile, places: Awaited<ReturnType<JournalFile['append']>>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const [, record] of file.readAt(places.map((place) => ({ place })))) all.push(record)
  return all
}

describe.each<[step: DiskStep, code: string]>([
  ['write', 'ENOSPC'],
  ['write', 'EDQUOT'],
  ['write', 'EIO'],
  ['open', 'EMFILE'],
  ['open', 'ENFILE'],
  ['open', 'EACCES'],
  ['rename', 'EACCES'],
  ['rename', 'EBUSY'],
  ['rename', 'EXDEV'],
])('when %s fails with %s', (step, code) => {
  test('rejects with a FileError, and the next call succeeds with all stored records present', async () => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    await file.append([{ kept: 1 }])
    disk.fail({ step, code })
    const calls = [file.rewrite(() => records({ kept: 1 })), file.append([{ refused: 1 }]), file.mark({ mark: 1 })]
    const outcomes = await Promise.allSettled(calls)
    expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { name: 'FileError', path: file.path } })
    expect(String((outcomes[0] as PromiseRejectedResult).reason)).toContain(code)
    disk.fix()
    const places = await file.append([{ later: 1 }, { later: 2 }])
    expect(await readAt(file, places)).toEqual([{ later: 1 }, { later: 2 }])
    const all = await readDistinct(file)
    expect(all.filter((record) => !('refused' in (record as object)))).toEqual([
      { kept: 1 },
      { mark: 1 },
      { later: 1 },
      { later: 2 },
    ])
    expect(readdirSync(dirname(file.path))).toEqual(['journal'])
  })

  test('keeps the old content after a failed rewrite, and stays usable', async () => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    await file.append([{ kept: 1 }])
    disk.fail({ step, code, times: 1 })
    await expect(file.rewrite(() => records({ new: 1 }))).rejects.toThrow(code)
    expect(await readAll(file)).toEqual([{ kept: 1 }])
    expect(await readAt(file, await file.append([{ later: 1 }]))).toEqual([{ later: 1 }])
    expect(await readAt(file, await file.rewrite(() => records({ new: 1 }, { new: 2 })))).toEqual([
      { new: 1 },
      { new: 2 },
    ])
    expect(await readAll(file)).toEqual([{ new: 1 }, { new: 2 }])
  })
})

test('reopens a rewritten file on the next call if reopening it failed', async () => {
  const disk = await failingDisk(/journal/)
  const file = await openedFile()
  await file.rewrite(() => records({ new: 1 }))
  disk.fail({ step: 'open', code: 'EMFILE', times: 2 })
  await expect(file.append([{ refused: 1 }])).rejects.toThrow('EMFILE')
  await expect(file.sync()).rejects.toThrow('EMFILE')
  await file.append([{ later: 1 }])
  expect(await readAll(file)).toEqual([{ new: 1 }, { later: 1 }])
  expect(file.sizeBytes).toBe(statSync(file.path).size)
})

describe('a mark whose write failed', () => {
  test.each<[string, (file: JournalFile) => unknown]>([
    ['the next record', (file) => file.append([{ next: 1 }])],
    ['the next mark', (file) => file.mark({ next: 1 })],
    ['a sync', (file) => file.sync()],
    ['a close', (file) => file.close()],
  ])('is written with %s, in order', async (_, next) => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    disk.fail({ step: 'write', code: 'ENOSPC' })
    await expect(file.mark({ mark: 1 })).rejects.toThrow('ENOSPC')
    await expect(file.mark({ mark: 2 })).rejects.toThrow('ENOSPC')
    disk.fix()
    await next(file)
    expect((await readDistinct(file)).filter((record) => 'mark' in (record as object))).toEqual([
      { mark: 1 },
      { mark: 2 },
    ])
  })

  test('makes close reject if it still cannot be written; the file is closed anyway', async () => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    disk.fail({ step: 'write', code: 'ENOSPC' })
    await expect(file.mark({ mark: 1 })).rejects.toThrow('ENOSPC')
    await expect(file.close()).rejects.toMatchObject({ name: 'FileError', path: file.path })
    disk.fix()
    await file.close()
    await expect(file.append([{ later: 1 }])).rejects.toThrow('closed')
    expect(readFileSync(file.path, 'utf8')).not.toContain('later')
  })
})

test('sync also syncs the folder after a rewrite; if that fails, the next sync tries again', async () => {
  const disk = await failingDisk(/journal/)
  const file = await openedFile()
  disk.fail({ step: 'folder', code: 'EIO', times: 1 })
  await file.rewrite(() => records({ kept: 1 }))
  await file.append([{ later: 1 }])
  await expect(file.sync()).rejects.toThrow('EIO')
  await file.sync()
  expect(disk.hits).toHaveLength(1)
  expect(await readAll(file)).toEqual([{ kept: 1 }, { later: 1 }])
})

test('writes records while a sync waits for the disk, and close waits for the sync', async () => {
  const disk = await failingDisk(/journal/)
  const file = await openedFile()
  const [began, release] = [gate(), gate()]
  disk.hold('sync', async () => {
    began.open()
    await release.opened
  })
  const steps: string[] = []
  const synced = file.sync().then(() => steps.push('synced'))
  await began.opened
  await file.mark({ mark: 1 })
  expect(await readAll(file)).toEqual([{ mark: 1 }])
  const closed = file.close().then(() => steps.push('closed'))
  release.open()
  await Promise.all([synced, closed])
  expect(steps).toEqual(['synced', 'closed'])
})

test('does not rewrite a closed file, because another process may be using it', async () => {
  const file = await openedFile()
  await file.append([{ old: 1 }])
  await file.close()
  await file.rewrite(() => records())
  expect(await readAll(file)).toEqual([{ old: 1 }])
})

test('reads records of any size at their places, whether close together or far apart', async () => {
  const file = await openedFile()
  const sizes = [1, 70_000, 10, 300_000, 5, 400_000, 2]
  const places = await file.append(sizes.map((size) => ({ text: 'x'.repeat(size) })))
  const selected = [0, 2, 3, 4, 6].map((index) => places[index] as (typeof places)[number])
  const lengths = (await readAt(file, selected)).map((record) => (record as { text: string }).text.length)
  expect(lengths).toEqual([1, 10, 300_000, 5, 2])
})
