import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FileError, type Itchat, TEXT } from 'itchat'
import { describe, expect, test, vi } from 'vitest'
import { bareBotFor, botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { type DiskStep, failingDisk } from '../support/failing-disk.js'
import { failureOf } from '../support/gate.js'
import { folder, hotReload, saidAndTaken } from '../support/restarts.js'

vi.mock('node:fs/promises', { spy: true })

/** Texts a bot handled; `until` resolves once a text is among them. */
function texts(bot: Itchat) {
  const seen: string[] = []
  let look = () => {}
  bot.msgRegister(TEXT, ({ text }) => {
    seen.push(String(text))
    look()
  })
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      look = () => seen.includes(text) && resolve()
      look()
    })
  return { seen, until }
}

describe('a disk that is full', () => {
  test.each(['before the end', 'at the end'])(
    'while messages were handled, and has room again %s: none of them comes again',
    async (when) => {
      const disk = await failingDisk(/\.journal$/)
      const sandbox = await sandboxFor()
      const place = folder()
      const first = botFor(sandbox)
      const errors = events(first, 'error')
      const got = texts(first)
      await first.autoLogin(hotReload(place))
      await saidAndTaken(sandbox, () => {
        for (const text of ['1', '2', '3']) sandbox.friend('小满').say(text)
      })
      disk.fail({ step: 'write', code: 'ENOSPC' })
      void first.run()
      await got.until('3')
      if (when === 'before the end') {
        disk.fix()
        sandbox.friend('老爸').say('4')
        await got.until('4')
      }
      const closed = first.close()
      disk.fix()
      await closed
      // Marks, and the login that is saved behind them.
      expect(errors.length).toBeLessThanOrEqual(2)
      for (const { error } of errors) expect(error).toBeInstanceOf(FileError)
      expect(String(errors[0]?.error)).toContain('The disk is full')

      const second = botFor(sandbox)
      const again = texts(second)
      await second.autoLogin(hotReload(place))
      void second.run()
      sandbox.friend('小满').say('new')
      await again.until('new')
      expect(again.seen).toEqual(['new'])
    },
  )

  test('when messages arrive: the state says so, and they are handled once it has room', async () => {
    const disk = await failingDisk(/\.journal$/)
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const got = texts(bot)
    bot.on('error', ({ error }) => expect(error).toBeInstanceOf(FileError))
    await bot.autoLogin(hotReload(folder()))
    void bot.run()
    disk.fail({ step: 'write', code: 'ENOSPC' })
    const offline = nextEvent(bot, 'offline')
    sandbox.friend('小满').say('1')
    const { error } = await offline
    expect([error, bot.state]).toEqual([expect.any(FileError), 'reconnecting'])
    const online = nextEvent(bot, 'online')
    disk.fix()
    await online
    await got.until('1')
    expect(got.seen).toEqual(['1'])
  })

  test('until the end ends no close(): it is reported, and what was handled may come again', async () => {
    const disk = await failingDisk(/\.journal$/)
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    const got = texts(bot)
    await bot.autoLogin(hotReload(folder()))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('1'))
    disk.fail({ step: 'write', code: 'ENOSPC' })
    void bot.run()
    await got.until('1')
    await bot.close()
    expect(bot.state).toBe('closed')
    for (const { error } of errors) expect(error).toBeInstanceOf(FileError)
  })
})

describe('a journal that was written anew', () => {
  const BIG = 'x'.repeat(4_300_000)

  test.each<[step: DiskStep, code: string, times: number]>([
    ['open', 'EMFILE', 1],
    ['open', 'EMFILE', 3],
    ['open', 'ENFILE', 2],
    ['open', 'EACCES', 2],
    ['openToRead', 'EMFILE', 1],
    ['rename', 'EACCES', 1],
    ['write', 'EIO', 2],
    ['write', 'ENOSPC', 2],
  ])('and then fails at %s with %s, %i times, goes on without a restart', async (step, code, times) => {
    const disk = await failingDisk(/\.journal$/)
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const [offline, errors] = [events(bot, 'offline'), events(bot, 'error')]
    const got = texts(bot)
    await bot.autoLogin(hotReload(folder()))
    void bot.run()
    await sandbox.held('synccheck')
    sandbox.friend('小满').say(BIG)
    await got.until(BIG)
    disk.fail({ step, code, times })
    for (const text of ['2', '3', '4']) {
      sandbox.friend('小满').say(text)
      await got.until(text)
    }
    expect(got.seen.map((text) => text.slice(0, 1))).toEqual(['x', '2', '3', '4'])
    expect(disk.hits).toHaveLength(times)
    for (const { error } of [...offline, ...errors]) expect(error).toBeInstanceOf(FileError)
    if (bot.state !== 'online') await nextEvent(bot, 'online')
  })
})

test('messages on the disk that cannot be read for a moment are handled later, in order', async () => {
  const disk = await failingDisk(/\.journal$/)
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const errors = events(bot, 'error')
  await bot.autoLogin(hotReload(folder()))
  const count = 1_200
  const from = sandbox.friend('小满').id
  await saidAndTaken(sandbox, () => {
    for (let n = 0; n < count; n++) sandbox.raw({ from, MsgType: 1, Content: `${n}` })
    sandbox.friend('小满').say(`${count}`)
  })
  const got = texts(bot)
  disk.fail({ step: 'read', code: 'EIO', times: 1 })
  void bot.run()
  await got.until(`${count}`)
  expect(got.seen).toEqual(Array.from({ length: count + 1 }, (_, n) => `${n}`))
  expect(errors.map(({ error }) => error)).toEqual([expect.any(FileError)])
})

describe('a journal that does not say whose messages it has', () => {
  const damages: [string, (lines: string[]) => string[], handled: string[]][] = [
    ['the first line is damaged', (lines) => [`#${lines[0]?.slice(1)}`, ...lines.slice(1)], ['for the owner']],
    ['the first two lines are damaged', (lines) => lines.map((line, n) => (n < 2 ? `#${line.slice(1)}` : line)), []],
    ['the first two lines are gone', (lines) => lines.slice(2), []],
  ]

  async function damaged(damage: (lines: string[]) => string[]) {
    const sandbox = await sandboxFor()
    const place = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('for the owner'))
    await first.close()
    const path = join(place, 'state.json.journal')
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    writeFileSync(path, `${damage(lines).join('\n')}\n`)
    return { sandbox, place }
  }

  async function handledBy(sandbox: Awaited<ReturnType<typeof sandboxFor>>, place: string) {
    const bot = botFor(sandbox)
    const asides = events(bot, 'setAside')
    const got = texts(bot)
    await bot.autoLogin(hotReload(place))
    void bot.run()
    sandbox.friend('小满').say('new')
    await got.until('new')
    return { seen: got.seen, asides: asides.filter(({ what }) => what === 'journal') }
  }

  test.each(damages)('as %s: another account gets none, and it is set aside', async (_, damage) => {
    const { place } = await damaged(damage)
    const other = await sandboxFor({ world: { owner: { name: 'somebody else' }, friends: [{ name: '小满' }] } })
    const { seen, asides } = await handledBy(other, place)
    expect(seen).toEqual(['new'])
    expect(asides).toHaveLength(1)
    expect(readFileSync(asides[0]?.keptAs ?? '', 'utf8')).toContain('for the owner')
  })

  test.each(damages)('as %s: the same account gets what is certainly its own', async (_, damage, handled) => {
    const { sandbox, place } = await damaged(damage)
    const { seen, asides } = await handledBy(sandbox, place)
    expect(seen).toEqual([...handled, 'new'])
    expect(asides).toHaveLength(1)
  })
})

describe('at the start', () => {
  test.each<[step: DiskStep, code: string, advice: string]>([
    ['open', 'ENOSPC', 'The disk is full'],
    ['write', 'ENOSPC', 'The disk is full'],
    ['write', 'EDQUOT', 'quota'],
    ['open', 'EACCES', 'owner and the mode'],
    ['open', 'EROFS', 'read-only'],
    ['open', 'EMFILE', 'too many open files'],
    ['read', 'EIO', 'check it'],
    ['rename', 'EACCES', 'owner and the mode'],
    ['sync', 'EIO', 'check it'],
  ])('a disk that fails at %s with %s: every error is a FileError that says what to do', async (step, code, advice) => {
    const disk = await failingDisk(/state\.json/)
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    disk.fail({ step, code })
    const failure = await failureOf(bot.autoLogin(hotReload(folder())))
    expect(disk.hits.length).toBeGreaterThan(0)
    disk.fix()
    const all = [...errors.map(({ error }) => error), ...(failure ? [failure] : [])]
    expect(all.length).toBeGreaterThan(0)
    for (const error of all) {
      expect(error).toBeInstanceOf(FileError)
      expect(String(error)).toContain(advice)
    }
  })

  test.each<[string, (place: string) => string, string]>([
    ['a folder that does not exist', (place) => join(place, 'none', 'state.json'), 'create it'],
    ['a path through a file', (place) => join(fileIn(place), 'state.json'), 'not a folder'],
    ['a path that is a folder', (place) => folderIn(place), 'a folder'],
    ['a name that is too long', (place) => join(place, 'x'.repeat(300)), 'too long'],
  ])('%s: every error is a FileError that says what to do', async (_, make, advice) => {
    const sandbox = await sandboxFor()
    const bot = bareBotFor(sandbox)
    const errors = events(bot, 'error')
    const failure = await failureOf(bot.autoLogin({ hotReload: true, statusStorageDir: make(folder()) }))
    const all = [...errors.map(({ error }) => error), ...(failure ? [failure] : [])]
    expect(all.length).toBeGreaterThan(0)
    for (const error of all) {
      expect(error).toBeInstanceOf(FileError)
      expect(String(error)).toContain(advice)
    }
  })

  test('a damaged journal for whose copy there is no room: the login fails with a FileError, and it stays', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(place))
    await saidAndTaken(sandbox, () => sandbox.friend('小满').say('1'))
    await first.close()
    const path = join(place, 'state.json.journal')
    writeFileSync(path, `#damaged\n${readFileSync(path, 'utf8')}`)
    const before = readFileSync(path, 'utf8')
    const full = Object.assign(new Error('ENOSPC: on purpose'), { code: 'ENOSPC' })
    vi.mocked(copyFile).mockRejectedValueOnce(full)
    const second = botFor(sandbox)
    const failure = await failureOf(second.autoLogin(hotReload(place)))
    expect(failure).toBeInstanceOf(FileError)
    expect(String(failure)).toContain('The disk is full')
    expect(readFileSync(path, 'utf8')).toBe(before)
    const got = texts(second)
    await second.autoLogin(hotReload(place))
    void second.run()
    await got.until('1')
  })
})

function fileIn(place: string): string {
  writeFileSync(join(place, 'file'), '')
  return join(place, 'file')
}

function folderIn(place: string): string {
  mkdirSync(join(place, 'folder'))
  return join(place, 'folder')
}
