import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { PartFiles } from './part-files.js'
import { resolveBelow } from './resolve-below.js'
import { type UniqueFile, writeUnique } from './write-unique.js'

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>()
  return {
    ...real,
    lstat: vi.fn(real.lstat),
    link: vi.fn(real.link),
    rename: vi.fn(real.rename),
    mkdir: vi.fn(real.mkdir),
  }
})

const real = await vi.importActual<typeof fs>('node:fs/promises')
const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))
const POSIX = process.platform !== 'win32'

afterEach(() => {
  vi.clearAllMocks()
  vi.mocked(fs.lstat).mockImplementation(real.lstat as never)
  vi.mocked(fs.link).mockImplementation(real.link)
  vi.mocked(fs.rename).mockImplementation(real.rename)
  vi.mocked(fs.mkdir).mockImplementation(real.mkdir as never)
})

/** Writes a file with this content, which also serves as its md5. */
const place = (target: string, content: string, former?: UniqueFile) =>
  writeUnique(target, { parts: new PartFiles(), former: () => former }, async (write) => {
    await write(Buffer.from(content))
    return { md5: content }
  })

describe('a name that is already taken', () => {
  /** Simulates existing files with these numbers. */
  function taken(isTaken: (n: number) => boolean): void {
    const numberOf = (path: string) => Number(/ \((\d+)\)/.exec(basename(path))?.[1] ?? 0)
    vi.mocked(fs.lstat).mockImplementation((async (path: string, options?: never) => {
      if (!basename(path).startsWith('x')) return real.lstat(path, options)
      if (isTaken(numberOf(path))) return {}
      throw Object.assign(new Error('not there'), { code: 'ENOENT' })
    }) as never)
    vi.mocked(fs.link).mockImplementation(async (from, to) => {
      if (isTaken(numberOf(String(to)))) throw Object.assign(new Error('there'), { code: 'EEXIST' })
      return real.link(from, to)
    })
  }

  test.each([1, 2, 3, 7, 10_000, 1_000_000])('by %d files is replaced after only a few disk lookups', async (count) => {
    taken((n) => n < count)
    const { path } = await place(join(folder(), 'x.txt'), 'words')
    expect(basename(path)).toBe(`x (${count}).txt`)
    expect(vi.mocked(fs.lstat).mock.calls.length + vi.mocked(fs.link).mock.calls.length).toBeLessThan(60)
  })

  test('gets a free number when the taken numbers have gaps', async () => {
    taken((n) => n < 100 && n % 5 !== 3)
    const { path } = await place(join(folder(), 'x.txt'), 'words')
    expect(basename(path)).toMatch(/^x \(\d+\)\.txt$/)
  })

  test('causes an error after only a few disk lookups when every name is taken', async () => {
    taken(() => true)
    await expect(place(join(folder(), 'x.txt'), 'words')).rejects.toThrow('every name is taken')
    expect(vi.mocked(fs.lstat).mock.calls.length).toBeLessThan(200)
  })

  test('is replaced by a random name when other writers take each free number first', async () => {
    vi.mocked(fs.link).mockImplementation(async (from, to) => {
      if (/x(?: \(\d+\))?\.txt$/.test(String(to))) throw Object.assign(new Error('there'), { code: 'EEXIST' })
      return real.link(from, to)
    })
    const { path } = await place(join(folder(), 'x.txt'), 'words')
    expect(basename(path)).toMatch(/^x \([0-9a-f]{16}\)\.txt$/)
  })

  test('of maximum length is shortened at a character boundary to make room for its number', async () => {
    const name = `${'长'.repeat(83)}.pdf`
    const target = join(folder(), name)
    await place(target, 'first')
    const { path } = await place(target, 'second')
    expect(basename(path)).toBe(`${'长'.repeat(82)} (1).pdf`)
    expect(readFileSync(path, 'utf8')).toBe('second')
  })

  test('is replaced by a different name for each of many concurrent writers', async () => {
    const target = join(folder(), 'x.txt')
    const placed = await Promise.all(Array.from({ length: 30 }, (_, n) => place(target, String(n))))
    expect(new Set(placed.map(({ path }) => path)).size).toBe(30)
    const contents = placed.map(({ path }) => readFileSync(path, 'utf8'))
    expect(contents).toEqual(placed.map((_, n) => String(n)))
  })
})

describe('a rewritten file', () => {
  test('is left untouched if the content is the same, otherwise replaced', async () => {
    const target = join(folder(), 'x.txt')
    const first = await place(target, 'same')
    expect(await place(target, 'same', first)).toEqual(first)
    const second = await place(target, 'other', first)
    expect(second.path).toBe(target)
    expect(readFileSync(target, 'utf8')).toBe('other')
    expect(readdirSync(join(target, '..'))).toEqual(['x.txt'])
  })

  test.each([
    ['a file', (path: string) => writeFileSync(path, 'precious')],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link', (path: string) => symlinkSync('nowhere', path)],
  ])('does not overwrite %s that replaced it at the last moment', async (kind, put) => {
    if (kind === 'a link' && !POSIX) return
    const target = join(folder(), 'x.txt')
    const first = await place(target, 'first')
    vi.mocked(fs.rename).mockImplementationOnce(async (from, to) => {
      rmSync(target)
      put(target)
      return real.rename(from, to)
    })
    const { path } = await place(target, 'second', first)
    expect(basename(path)).toBe('x (1).txt')
    expect(readFileSync(path, 'utf8')).toBe('second')
    if (kind === 'a file') expect(readFileSync(target, 'utf8')).toBe('precious')
    if (kind === 'a folder') expect(statSync(target).isDirectory()).toBe(true)
    expect(readdirSync(join(target, '..')).sort()).toEqual(['x (1).txt', 'x.txt'])
  })
})

describe('a partial file', () => {
  const parts = new PartFiles()
  const DEAD = 2 ** 22 + 7

  async function remaining(name: string, ageMs = 0): Promise<string[]> {
    const place = folder()
    writeFileSync(join(place, name), 'part')
    const at = Date.now() / 1000 - ageMs / 1000
    utimesSync(join(place, name), at, at)
    await new PartFiles().clearDead(place)
    return readdirSync(place)
  }

  const mine = basename(parts.newPath('/'))
  const dead = mine.replace(`-${process.pid}-`, `-${DEAD}-`)
  const elsewhere = mine.replace(/-[0-9a-f]{8}-/, '-00000000-')
  const DAY = 24 * 60 * 60 * 1000

  test.each([
    ['from a dead process on this machine', dead, 0],
    ['from another machine, days old', elsewhere, 2 * DAY],
    ['from a process with the same id, days old', mine, 2 * DAY],
  ])('%s is removed', async (_, name, ageMs) => {
    expect(await remaining(name, ageMs)).toEqual([])
  })

  test.each([
    ['from a live process', mine, 0],
    ['from another machine, recently written', elsewhere, 60_000],
    ['from another program', '.x.part', 100 * DAY],
    ['with a similar name', `${dead}.txt`, 100 * DAY],
    ['without a leading dot', dead.slice(1), 100 * DAY],
  ])('%s stays', async (_, name, ageMs) => {
    expect(await remaining(name, ageMs)).toEqual([name])
  })

  test('is searched for once per folder', async () => {
    const place = folder()
    const files = new PartFiles()
    await files.clearDead(place)
    writeFileSync(join(place, dead), 'part')
    await files.clearDead(place)
    expect(existsSync(join(place, dead))).toBe(true)
  })

  test('is removed when the next file is written there', async () => {
    const target = join(folder(), 'x.txt')
    writeFileSync(join(target, '..', dead), 'part')
    await place(target, 'words')
    expect(readdirSync(join(target, '..'))).toEqual(['x.txt'])
  })
})

describe.skipIf(!POSIX)('resolveBelow', () => {
  /** Creates a link just before a folder with its name would be created. */
  function linkAppears(name: string, to: string): void {
    vi.mocked(fs.mkdir).mockImplementation((async (path: string, options: never) => {
      if (basename(path) === name || path.includes(`${name}/`)) {
        vi.mocked(fs.mkdir).mockImplementation(real.mkdir as never)
        symlinkSync(to, path.slice(0, path.indexOf(name) + name.length))
      }
      return real.mkdir(path, options)
    }) as never)
  }

  test.each(['link/x', 'link/x/y', 'a/link/b/c/x'])(
    'creates no folder behind a link that appears in %s',
    async (path) => {
      const [inside, outside] = [folder(), folder()]
      linkAppears('link', outside)
      await expect(resolveBelow(inside, path)).rejects.toThrow(/leads outside .* through a link/)
      expect(readdirSync(outside)).toEqual([])
      expect(readdirSync(inside)).not.toContain('b')
    },
  )

  test('removes the folders it created when it rejects a path', async () => {
    const inside = folder()
    linkAppears('link', folder())
    await expect(resolveBelow(inside, 'a/b/link/x/y')).rejects.toThrow(/leads outside .* through a link/)
    // The folder that contains the link is not empty, so it stays.
    expect(readdirSync(inside)).toEqual(['a'])
    expect(readdirSync(join(inside, 'a', 'b'))).toEqual(['link'])
  })

  test('follows links that stay below the folder', async () => {
    const inside = folder()
    mkdirSync(join(inside, 'real'))
    symlinkSync(join(inside, 'real'), join(inside, 'link'))
    expect(await resolveBelow(inside, 'link/new/x')).toBe(join(inside, 'real', 'new', 'x'))
  })
})
