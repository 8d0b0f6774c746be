import { readdirSync, readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { testBot } from 'itchat/sandbox'
import { expect, test, vi } from 'vitest'
import { importRecipe } from './import-recipe.js'

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>()
  return { ...actual, statfs: vi.fn(actual.statfs) }
})

const { register } = await importRecipe(() => import('../../../examples/recipes/file-saver.js'))

const NOW = new Date(2026, 0, 31, 23, 59)
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile())

test('saves every kind of file below a folder for the day, also from groups', async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  await using t = await testBot(register, { now: NOW })
  t.alice.send({ kind: 'file', name: '报告.txt', bytes: Buffer.from('one') })
  t.alice.send({ kind: 'file', name: '报告.txt', bytes: Buffer.from('two') })
  t.room.as('Bob').send({ kind: 'image' })
  await t.alice.expectsNothing()
  await t.clock.advance(60_000)
  t.alice.send({ kind: 'voice' })
  t.alice.send({ kind: 'video' })
  await t.alice.expectsNothing()
  const folder = join(t.downloadDir, 'received')
  expect(readdirSync(folder).sort()).toEqual(['2026-01-31', '2026-02-01'])
  expect(readFileSync(join(folder, '2026-01-31/报告.txt'), 'utf8')).toBe('one')
  expect(readFileSync(join(folder, '2026-01-31/报告 (1).txt'), 'utf8')).toBe('two')
  expect(readdirSync(join(folder, '2026-01-31'))).toHaveLength(3)
  expect(readdirSync(join(folder, '2026-02-01'))).toHaveLength(2)
})

test('keeps hostile names inside the folder', async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  await using t = await testBot(register, { now: NOW })
  for (const name of ['../../../escape.txt', '/etc/passwd', 'C:\\boot.ini', 'CON', '..', 'a\u0000b.txt']) {
    t.alice.send({ kind: 'file', name, bytes: Buffer.from(name) })
  }
  await t.alice.expectsNothing()
  const files = filesIn(t.downloadDir)
  expect(files).toHaveLength(6)
  for (const { parentPath } of files) expect(basename(parentPath)).toBe('2026-01-31')
})

test('leaves nothing of a file that is too large, and continues', async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  await using t = await testBot((bot, { clock }) => register(bot, { clock, maxFileBytes: 1_000 }), { now: NOW })
  t.alice.send({ kind: 'file', name: 'large.txt', bytes: Buffer.alloc(1024 * 1024) })
  t.alice.send({ kind: 'file', name: 'small.txt', bytes: Buffer.alloc(1_000) })
  await t.settled()
  expect(t.errors.map(String)).toEqual([expect.stringContaining('larger than 1000 bytes')])
  expect(filesIn(t.downloadDir).map(({ name }) => name)).toEqual(['small.txt'])
})

test('saves nothing when the disk is almost full, and continues afterwards', async () => {
  vi.spyOn(console, 'log').mockReturnValue()
  await using t = await testBot(register, { now: NOW })
  const actual = await statfs('.')
  vi.mocked(statfs).mockResolvedValueOnce({ ...actual, bavail: 1 } as never)
  t.alice.send({ kind: 'file', name: 'one.txt' })
  await t.settled()
  expect(t.errors.map(String)).toEqual([expect.stringContaining('The disk is almost full')])
  expect(filesIn(t.downloadDir)).toEqual([])
  t.alice.send({ kind: 'file', name: 'two.txt' })
  await t.settled()
  expect(filesIn(t.downloadDir)).toHaveLength(1)
})
