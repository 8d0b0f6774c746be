import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type DiskStep, failingDisk } from '../../../test/support/failing-disk.js'
import { gate } from '../../../test/support/gate.js'
import { JournalFile } from './journal-file.js'

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

async function found(file: JournalFile): Promise<object[]> {
  const all: object[] = []
  for await (const { record } of file.read()) all.push(record)
  return all
}

/** The same without repeats: what was written in part may be written again. */
async function foundOnce(file: JournalFile): Promise<unknown[]> {
  return [...new Set((await found(file)).map((record) => JSON.stringify(record)))].map((json) => JSON.parse(json))
}

async function foundAt(file: JournalFile, places: Awaited<ReturnType<JournalFile['append']>>): Promise<unknown[]> {
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
])('where %s fails with %s', (step, code) => {
  test('a call fails with a FileError, and the next one works: every record that was kept is there', async () => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    await file.append([{ kept: 1 }])
    disk.fail({ step, code })
    const failed = [file.rewrite(() => records({ kept: 1 })), file.append([{ refused: 1 }]), file.mark({ mark: 1 })]
    const outcomes = await Promise.allSettled(failed)
    expect(outcomes[0]).toMatchObject({ status: 'rejected', reason: { name: 'FileError', path: file.path } })
    expect(String((outcomes[0] as PromiseRejectedResult).reason)).toContain(code)
    disk.fix()
    const places = await file.append([{ later: 1 }, { later: 2 }])
    expect(await foundAt(file, places)).toEqual([{ later: 1 }, { later: 2 }])
    const all = await foundOnce(file)
    expect(all.filter((record) => !('refused' in (record as object)))).toEqual([
      { kept: 1 },
      { mark: 1 },
      { later: 1 },
      { later: 2 },
    ])
    expect(readdirSync(dirname(file.path))).toEqual(['journal'])
  })

  test('while it is written anew, once: the old content stays, and the file goes on', async () => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    await file.append([{ kept: 1 }])
    disk.fail({ step, code, times: 1 })
    await expect(file.rewrite(() => records({ new: 1 }))).rejects.toThrow(code)
    expect(await found(file)).toEqual([{ kept: 1 }])
    expect(await foundAt(file, await file.append([{ later: 1 }]))).toEqual([{ later: 1 }])
    expect(await foundAt(file, await file.rewrite(() => records({ new: 1 }, { new: 2 })))).toEqual([
      { new: 1 },
      { new: 2 },
    ])
    expect(await found(file)).toEqual([{ new: 1 }, { new: 2 }])
  })
})

test('a file that was written anew and cannot be opened again is opened by the next call', async () => {
  const disk = await failingDisk(/journal/)
  const file = await openedFile()
  await file.rewrite(() => records({ new: 1 }))
  disk.fail({ step: 'open', code: 'EMFILE', times: 2 })
  await expect(file.append([{ refused: 1 }])).rejects.toThrow('EMFILE')
  await expect(file.sync()).rejects.toThrow('EMFILE')
  await file.append([{ later: 1 }])
  expect(await found(file)).toEqual([{ new: 1 }, { later: 1 }])
  expect(file.sizeBytes).toBe(statSync(file.path).size)
})

describe('a mark that cannot be written', () => {
  test.each<[string, (file: JournalFile) => Promise<unknown>]>([
    ['the next record', (file) => file.append([{ next: 1 }])],
    ['the next mark', (file) => file.mark({ next: 1 })],
    ['a sync', (file) => file.sync()],
    ['closing', (file) => file.close()],
  ])('is written with %s, in order', async (_, next) => {
    const disk = await failingDisk(/journal/)
    const file = await openedFile()
    disk.fail({ step: 'write', code: 'ENOSPC' })
    await expect(file.mark({ mark: 1 })).rejects.toThrow('ENOSPC')
    await expect(file.mark({ mark: 2 })).rejects.toThrow('ENOSPC')
    disk.fix()
    await next(file)
    expect((await foundOnce(file)).filter((record) => 'mark' in (record as object))).toEqual([{ mark: 1 }, { mark: 2 }])
  })

  test('until the file is closed makes closing fail; the file is closed all the same', async () => {
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

test('what was written anew survives a power cut only when the folder was written: sync tries until it is', async () => {
  const disk = await failingDisk(/journal/)
  const file = await openedFile()
  disk.fail({ step: 'folder', code: 'EIO', times: 1 })
  await file.rewrite(() => records({ kept: 1 }))
  await file.append([{ later: 1 }])
  await expect(file.sync()).rejects.toThrow('EIO')
  await file.sync()
  expect(disk.hits).toHaveLength(1)
  expect(await found(file)).toEqual([{ kept: 1 }, { later: 1 }])
})

test('records are written while a sync waits for the disk; closing waits for it', async () => {
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
  expect(await found(file)).toEqual([{ mark: 1 }])
  const closed = file.close().then(() => steps.push('closed'))
  release.open()
  await Promise.all([synced, closed])
  expect(steps).toEqual(['synced', 'closed'])
})

test('a file that was closed is left alone: another process may have it', async () => {
  const file = await openedFile()
  await file.append([{ old: 1 }])
  await file.close()
  await file.rewrite(() => records())
  expect(await found(file)).toEqual([{ old: 1 }])
})

test('records are found at their places, near and far, in any size', async () => {
  const file = await openedFile()
  const sizes = [1, 70_000, 10, 300_000, 5, 400_000, 2]
  const places = await file.append(sizes.map((size) => ({ text: 'x'.repeat(size) })))
  const some = [0, 2, 3, 4, 6].map((index) => places[index] as (typeof places)[number])
  const lengths = (await foundAt(file, some)).map((record) => (record as { text: string }).text.length)
  expect(lengths).toEqual([1, 10, 300_000, 5, 2])
})
