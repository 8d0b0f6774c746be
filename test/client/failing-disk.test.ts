import { readFileSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FileError, type Itchat, TEXT } from 'itchat'
import { describe, expect, test, vi } from 'vitest'
import { bareBotFor, botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { type DiskStep, failingDisk } from '../support/failing-disk.js'
import { failureOf } from '../support/gate.js'
import { folder, hotReload, sayAndDeliver } from '../support/restarts.js'

vi.mock('node:fs', { spy: true })
vi.mock('node:fs/promises', { spy: true })

/** Records the texts a bot handles; `until` resolves once `text` has been handled. */
function texts(bot: Itchat) {
  const seen: string[] = []
  let check = () => {}
  bot.msgRegister(TEXT, ({ text }) => {
    seen.push(String(text))
    check()
  })
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      check = () => seen.includes(text) && resolve()
      check()
    })
  return { seen, until }
}

describe('a full disk', () => {
  test.each(['before close()', 'during close()'])(
    'during message handling causes no redelivery if space is freed %s',
    async (when) => {
      const disk = await failingDisk(/\.journal$/)
      const sandbox = await sandboxFor()
      const dir = folder()
      const first = botFor(sandbox)
      const errors = events(first, 'error')
      const got = texts(first)
      await first.autoLogin(hotReload(dir))
      await sayAndDeliver(sandbox, () => {
        for (const text of ['1', '2', '3']) sandbox.friend('小满').say(text)
      })
      disk.fail({ step: 'write', code: 'ENOSPC' })
      void first.run()
      await got.until('3')
      if (when === 'before close()') {
        disk.fix()
        sandbox.friend('老爸').say('4')
        await got.until('4')
      }
      const closed = first.close()
      disk.fix()
      await closed
      // At most one error for marking messages as handled, and one for saving the login afterwards.
      expect(errors.length).toBeLessThanOrEqual(2)
      for (const { error } of errors) expect(error).toBeInstanceOf(FileError)
      expect(String(errors[0]?.error)).toContain('The disk is full')

      const second = botFor(sandbox)
      const again = texts(second)
      await second.autoLogin(hotReload(dir))
      void second.run()
      sandbox.friend('小满').say('new')
      await again.until('new')
      expect(again.seen).toEqual(['new'])
    },
  )

  test('while messages arrive changes the state to reconnecting; the messages are handled as soon as space is freed', async () => {
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

  test('that stays full does not make close() reject: the error is reported, and handled messages may be redelivered', async () => {
    const disk = await failingDisk(/\.journal$/)
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    const got = texts(bot)
    await bot.autoLogin(hotReload(folder()))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('1'))
    disk.fail({ step: 'write', code: 'ENOSPC' })
    void bot.run()
    await got.until('1')
    await bot.close()
    expect(bot.state).toBe('closed')
    for (const { error } of errors) expect(error).toBeInstanceOf(FileError)
  })
})

describe('a rewritten journal', () => {
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
  ])('recovers without a restart after a failure at %s with %s (count: %i)', async (step, code, times) => {
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

test('messages on disk are handled in order after a temporary read error', async () => {
  const disk = await failingDisk(/\.journal$/)
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const errors = events(bot, 'error')
  await bot.autoLogin(hotReload(folder()))
  const count = 1_200
  const from = sandbox.friend('小满').id
  await sayAndDeliver(sandbox, () => {
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

describe('a journal with an uncertain owner', () => {
  const damages: [string, (lines: string[]) => string[], handled: string[]][] = [
    ['a damaged first line', (lines) => [`#${lines[0]?.slice(1)}`, ...lines.slice(1)], ['for the owner']],
    ['two damaged lines at the start', (lines) => lines.map((line, n) => (n < 2 ? `#${line.slice(1)}` : line)), []],
    ['two lines missing at the start', (lines) => lines.slice(2), []],
  ]

  async function damaged(damage: (lines: string[]) => string[]) {
    const sandbox = await sandboxFor()
    const dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('for the owner'))
    await first.close()
    const path = join(dir, 'state.json.journal')
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    writeFileSync(path, `${damage(lines).join('\n')}\n`)
    return { sandbox, dir }
  }

  async function handledBy(sandbox: Awaited<ReturnType<typeof sandboxFor>>, dir: string) {
    const bot = botFor(sandbox)
    const quarantined = events(bot, 'setAside')
    const got = texts(bot)
    await bot.autoLogin(hotReload(dir))
    void bot.run()
    sandbox.friend('小满').say('new')
    await got.until('new')
    return { seen: got.seen, quarantined: quarantined.filter(({ what }) => what === 'journal') }
  }

  test.each(damages)('and %s delivers no message to another account, and is quarantined', async (_, damage) => {
    const { dir } = await damaged(damage)
    const other = await sandboxFor({ world: { owner: { name: 'another account' }, friends: [{ name: '小满' }] } })
    const { seen, quarantined } = await handledBy(other, dir)
    expect(seen).toEqual(['new'])
    expect(quarantined).toHaveLength(1)
    expect(readFileSync(quarantined[0]?.keptAs ?? '', 'utf8')).toContain('for the owner')
  })

  test.each(damages)(
    'and %s delivers to the same account only messages that are certainly its own',
    async (_, damage, handled) => {
      const { sandbox, dir } = await damaged(damage)
      const { seen, quarantined } = await handledBy(sandbox, dir)
      expect(seen).toEqual([...handled, 'new'])
      expect(quarantined).toHaveLength(1)
    },
  )
})

describe('at startup', () => {
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
  ])('a disk that fails at %s with %s causes only FileErrors with advice', async (step, code, advice) => {
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

  test.each<[string, (dir: string) => string, string]>([
    ['a folder that does not exist', (dir) => join(dir, 'missing', 'state.json'), 'create it'],
    ['a path through a file', (dir) => join(fileIn(dir), 'state.json'), 'not a folder'],
    ['a name that is too long', (dir) => join(dir, 'x'.repeat(300)), 'too long'],
  ])('%s causes only FileErrors with advice', async (_, make, advice) => {
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

  test('a damaged journal that cannot be copied because the disk is full makes the login fail with a FileError and is left unchanged', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const first = botFor(sandbox)
    await first.autoLogin(hotReload(dir))
    await sayAndDeliver(sandbox, () => sandbox.friend('小满').say('1'))
    await first.close()
    const path = join(dir, 'state.json.journal')
    writeFileSync(path, `#damaged\n${readFileSync(path, 'utf8')}`)
    const before = readFileSync(path, 'utf8')
    const full = Object.assign(new Error('ENOSPC: on purpose'), { code: 'ENOSPC' })
    vi.mocked(copyFile).mockRejectedValueOnce(full)
    const second = botFor(sandbox)
    const failure = await failureOf(second.autoLogin(hotReload(dir)))
    expect(failure).toBeInstanceOf(FileError)
    expect(String(failure)).toContain('The disk is full')
    expect(readFileSync(path, 'utf8')).toBe(before)
    const got = texts(second)
    await second.autoLogin(hotReload(dir))
    void second.run()
    await got.until('1')
  })
})

function fileIn(dir: string): string {
  writeFileSync(join(dir, 'file'), '')
  return join(dir, 'file')
}
