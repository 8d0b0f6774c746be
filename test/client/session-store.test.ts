import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileSessionStore, MemorySessionStore, type SessionStore, type StoredDocument, TEXT } from 'itchat'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { botFor, events, sandboxFor } from '../support/bot.js'
import { compiled } from '../support/compiled.js'
import { failureOf } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

const canUnshare = process.platform === 'linux' && spawnSync('unshare', ['-n', 'true']).status === 0

/** Programs that run another one in namespaces of its own, as containers do. */
const CONTAINERS = {
  network: ['unshare', '-n'],
  /** Sees the first folder at the place of the second one. */
  mounted: ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"'],
}

/** A process that holds the lock of a state file; its heart beats when it is told to. */
async function holding(path: string, { staysOn = true, container = [] as readonly string[] } = {}) {
  const place = folder()
  const program = join(place, 'hold.mjs')
  writeFileSync(
    program,
    `import { FileSessionStore } from '${compiled('account/persistence/file-session-store.ts', place)}'
     let beat = () => {}
     const clock = {
       now: Date.now,
       sleep: (ms, signal) => new Promise((resolve, reject) => {
         beat = resolve
         process.send?.('waiting')
         signal.addEventListener('abort', () => reject(signal.reason))
       }),
     }
     process.on('message', () => beat())
     await new FileSessionStore(${JSON.stringify(path)}, ${staysOn} ? { clock } : {}).lock()
     ${staysOn} || process.disconnect()`,
  )
  const [command = '', ...args] = [...container, process.execPath, program]
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))
  const waiting = () => new Promise((resolve) => child.once('message', resolve))
  if (staysOn) await Promise.race([waiting(), ended.then((code) => Promise.reject(new Error(`it ended with ${code}`)))])
  return {
    ended,
    beat: async () => {
      const again = waiting()
      child.send('beat')
      await again
    },
    killed: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

afterEach(() => vi.unstubAllEnvs())

describe('one file, two programs', () => {
  test('a second instance is told so, and may have it when the first is closed', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const [first, second] = [botFor(sandbox), botFor(sandbox)]
    await first.autoLogin({ hotReload: true, statusStorageDir })
    const failure = await failureOf(second.autoLogin({ hotReload: true, statusStorageDir }))
    expect(failure).toMatchObject({ name: 'FileError', path: statusStorageDir })
    expect(String(failure)).toContain('in use by another program')
    await first.close()
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect(second.state).toBe('online')
  })

  test('another process holds it until it dies, however it dies', async () => {
    const path = join(folder(), 'state.json')
    const child = await holding(path)
    const store = new FileSessionStore(path)
    expect(await store.lock()).toBeUndefined()
    await child.killed()
    // In the same network namespace the system says that it died: nothing is waited for.
    const clock = new ManualClock()
    const held = await new FileSessionStore(path, { clock }).lock()
    expect(held).toBeDefined()
    await held?.unlock()
  })

  test('the lock alone keeps no program running', async () => {
    const child = await holding(join(folder(), 'state.json'), { staysOn: false })
    expect(await child.ended).toBe(0)
  })

  test.skipIf(!canUnshare)(
    `another container has it while its heart beats, and ten seconds longer${canUnshare ? '' : ' (skipped: unshare -n needs root on Linux)'}`,
    async () => {
      const path = join(folder(), 'state.json')
      const child = await holding(path, { container: CONTAINERS.network })
      const contend = async (onLook: (look: number) => unknown) => {
        const clock = new ManualClock()
        const done = new AbortController()
        const locking = new FileSessionStore(path, { clock }).lock().finally(() => done.abort())
        let looks = 0
        for (; ; looks++) {
          await clock.waitFor(1, done.signal).catch(() => {})
          if (done.signal.aborted || clock.nextInMs !== 1_000) break
          await onLook(looks + 1)
          await clock.advance(1_000)
        }
        return { lock: await locking, looks }
      }
      expect(await contend((look) => (look === 2 ? child.beat() : undefined))).toEqual({ lock: undefined, looks: 2 })
      await child.killed()
      const { lock, looks } = await contend(() => {})
      expect([lock === undefined, looks]).toEqual([false, 11])
      await lock?.unlock()
    },
  )

  test.skipIf(!canUnshare)(
    `another container on the same network has it by another path${canUnshare ? '' : ' (skipped: unshare -m needs root on Linux)'}`,
    async () => {
      const [here, there] = [folder(), folder()]
      const container = [...CONTAINERS.mounted, here, there]
      const child = await holding(join(there, 'state.json'), { container })
      expect(await new FileSessionStore(join(here, 'state.json')).lock()).toBeUndefined()
      await child.killed()
      const held = await new FileSessionStore(join(here, 'state.json'), { clock: new ManualClock() }).lock()
      expect(held).toBeDefined()
      await held?.unlock()
    },
  )

  test('two files side by side are two locks, one by two names is one', async () => {
    const place = folder()
    const [one, same, other] = [
      new FileSessionStore(join(place, 'a.json')),
      new FileSessionStore(join(place, '..', place.split('/').at(-1) ?? '', 'a.json')),
      new FileSessionStore(join(place, 'b.json')),
    ]
    const held = [await one.lock(), await other.lock()]
    expect(held.every(Boolean)).toBe(true)
    expect(await same.lock()).toBeUndefined()
    for (const lock of held) await lock?.unlock()
  })

  test('what a process left that died while it wrote is cleared away', async () => {
    const place = folder()
    writeFileSync(join(place, 'state.json.0123456789ab.tmp'), 'half')
    writeFileSync(join(place, 'state.json.identities.0123456789ab.tmp'), 'half')
    // Of one that may be writing now.
    const others = ['other.json.0123456789ab.tmp', 'state.json2.0123456789ab.tmp']
    for (const name of others) writeFileSync(join(place, name), 'not mine')
    await (await new FileSessionStore(join(place, 'state.json')).lock())?.unlock()
    expect(readdirSync(place).sort()).toEqual(others)
  })
})

describe('encrypted', () => {
  const KEY = Buffer.alloc(32, 7).toString('base64')

  async function run(
    key: string | undefined,
    statusStorageDir: string,
    sandbox: Awaited<ReturnType<typeof sandboxFor>>,
  ) {
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const [logins, asides] = [events(bot, 'login'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir })
    return { bot, restored: logins[0]?.restored, asides }
  }

  test('nothing on the disk can be read, and the next run goes on', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    const statusStorageDir = join(place, 'state.json')
    const first = await run(KEY, statusStorageDir, sandbox)
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('a secret of mine')
    await delivered
    await sandbox.held('synccheck')
    await first.bot.close()
    for (const name of readdirSync(place)) {
      const content = readFileSync(join(place, name), 'utf8')
      expect(content).not.toMatch(/secret|小满|skey|webwx_data_ticket|@[0-9a-f]{32}/)
      if (process.platform !== 'win32') expect(statSync(join(place, name)).mode & 0o777).toBe(0o600)
    }
    const second = await run(KEY, statusStorageDir, sandbox)
    expect([second.restored, second.asides]).toEqual([true, []])
    second.bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    void second.bot.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got a secret of mine')
  })

  test('a key that is none is refused before anything is read or written', async () => {
    const sandbox = await sandboxFor()
    const place = folder()
    expect(await failureOf(run('swordfish', join(place, 'state.json'), sandbox))).toMatchObject({
      name: 'ArgumentError',
      argument: 'ITCHAT_STATE_KEY',
    })
    expect(readdirSync(place)).toEqual([])
    expect(sandbox.requests).toEqual([])
  })
})

describe('a store of one’s own', () => {
  test('in memory: the next instance goes on without a QR', async () => {
    const sandbox = await sandboxFor()
    const sessionStore = new MemorySessionStore()
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, sessionStore })
    await first.close()
    const second = botFor(sandbox)
    const logins = events(second, 'login')
    await second.autoLogin({ hotReload: true, sessionStore })
    expect(logins).toMatchObject([{ restored: true }])
  })

  test('in memory: another one is another place', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const [one, other] = [new MemorySessionStore(), new MemorySessionStore()]
    await bot.autoLogin({ hotReload: true, sessionStore: one })
    await bot.logout()
    await bot.autoLogin({ hotReload: true, sessionStore: other })
    await bot.close()
    expect(await other.load('session')).toContain('loginOrigin')
  })

  test('is given texts to keep, and what it throws is told with its name', async () => {
    const sandbox = await sandboxFor()
    const kept = new Map<StoredDocument, string>()
    let isFull = false
    const sessionStore: SessionStore = {
      place: 'redis://bot-7',
      load: async (document) => kept.get(document),
      save: async (document, content) => {
        if (isFull) throw new Error('out of memory')
        kept.set(document, content)
      },
      setAside: async () => 'nowhere',
    }
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin({ hotReload: true, sessionStore })
    expect([...kept.keys()].sort()).toEqual(['identities', 'session'])
    isFull = true
    await bot.close()
    expect(errors.map(({ error }) => String(error))).toContain(
      'FileError: The session in redis://bot-7 could not be written: out of memory',
    )
  })
})
