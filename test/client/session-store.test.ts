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

/** Commands that run a program in its own namespaces, like a container. */
const CONTAINERS = {
  network: ['unshare', '-n'],
  /** Mounts the first folder over the second one. */
  mounted: ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" "$1" && shift && exec "$@"'],
}

/** A process that holds the lock on a state file. `beat()` triggers its next heartbeat. */
async function lockHolder(path: string, { staysAlive = true, container = [] as readonly string[] } = {}) {
  const dir = folder()
  const program = join(dir, 'hold.mjs')
  writeFileSync(
    program,
    `import { FileSessionStore } from '${compiled('account/persistence/file-session-store.ts', dir)}'
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
     await new FileSessionStore(${JSON.stringify(path)}, ${staysAlive} ? { clock } : {}).lock()
     ${staysAlive} || process.disconnect()`,
  )
  const [command = '', ...args] = [...container, process.execPath, program]
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))
  const nextWait = () => new Promise((resolve) => child.once('message', resolve))
  if (staysAlive)
    await Promise.race([
      nextWait(),
      ended.then((code) => Promise.reject(new Error(`the process exited with code ${code}`))),
    ])
  return {
    ended,
    beat: async () => {
      const beaten = nextWait()
      child.send('beat')
      await beaten
    },
    killed: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

afterEach(() => vi.unstubAllEnvs())

describe('a state file shared by two programs', () => {
  test('is refused to a second instance until the first one is closed', async () => {
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

  test('stays locked by another process until it exits, even if it is killed', async () => {
    const path = join(folder(), 'state.json')
    const child = await lockHolder(path)
    const store = new FileSessionStore(path)
    expect(await store.lock()).toBeUndefined()
    await child.killed()
    // In the same network namespace, the system reports the exit, so no wait is needed.
    const clock = new ManualClock()
    const held = await new FileSessionStore(path, { clock }).lock()
    expect(held).toBeDefined()
    await held?.unlock()
  })

  test('does not keep the process that holds its lock running', async () => {
    const child = await lockHolder(join(folder(), 'state.json'), { staysAlive: false })
    expect(await child.ended).toBe(0)
  })

  test.skipIf(!canUnshare)(
    `stays locked by another container while its heartbeat continues, and for ten more seconds${canUnshare ? '' : ' (skipped: unshare -n needs root on Linux)'}`,
    async () => {
      const path = join(folder(), 'state.json')
      const child = await lockHolder(path, { container: CONTAINERS.network })
      const contend = async (onCheck: (check: number) => unknown) => {
        const clock = new ManualClock()
        const done = new AbortController()
        const locking = new FileSessionStore(path, { clock }).lock().finally(() => done.abort())
        let checks = 0
        for (; ; checks++) {
          await clock.waitFor(1, done.signal).catch(() => {})
          if (done.signal.aborted || clock.nextInMs !== 1_000) break
          await onCheck(checks + 1)
          await clock.advance(1_000)
        }
        return { lock: await locking, checks }
      }
      expect(await contend((check) => (check === 2 ? child.beat() : undefined))).toEqual({ lock: undefined, checks: 2 })
      await child.killed()
      const { lock, checks } = await contend(() => {})
      expect([lock === undefined, checks]).toEqual([false, 11])
      await lock?.unlock()
    },
  )

  test.skipIf(!canUnshare)(
    `stays locked by another container on the same network, even under another path${canUnshare ? '' : ' (skipped: unshare -m needs root on Linux)'}`,
    async () => {
      const [here, there] = [folder(), folder()]
      const container = [...CONTAINERS.mounted, here, there]
      const child = await lockHolder(join(there, 'state.json'), { container })
      expect(await new FileSessionStore(join(here, 'state.json')).lock()).toBeUndefined()
      await child.killed()
      const held = await new FileSessionStore(join(here, 'state.json'), { clock: new ManualClock() }).lock()
      expect(held).toBeDefined()
      await held?.unlock()
    },
  )

  test('has one lock under all its paths, separate from the locks on other files in the folder', async () => {
    const dir = folder()
    const [first, same, other] = [
      new FileSessionStore(join(dir, 'a.json')),
      new FileSessionStore(join(dir, '..', dir.split('/').at(-1) ?? '', 'a.json')),
      new FileSessionStore(join(dir, 'b.json')),
    ]
    const held = [await first.lock(), await other.lock()]
    expect(held.every(Boolean)).toBe(true)
    expect(await same.lock()).toBeUndefined()
    for (const lock of held) await lock?.unlock()
  })

  test('the temporary files of a killed process are deleted when the state file is locked', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'state.json.0123456789ab.tmp'), 'half')
    writeFileSync(join(dir, 'state.json.identities.0123456789ab.tmp'), 'half')
    // These files belong to other programs, which may be writing them now.
    const others = ['other.json.0123456789ab.tmp', 'state.json2.0123456789ab.tmp']
    for (const name of others) writeFileSync(join(dir, name), 'not mine')
    await (await new FileSessionStore(join(dir, 'state.json')).lock())?.unlock()
    expect(readdirSync(dir).sort()).toEqual(others)
  })
})

describe('encryption', () => {
  const KEY = Buffer.alloc(32, 7).toString('base64')

  async function run(
    key: string | undefined,
    statusStorageDir: string,
    sandbox: Awaited<ReturnType<typeof sandboxFor>>,
  ) {
    vi.stubEnv('ITCHAT_STATE_KEY', key)
    const bot = botFor(sandbox)
    const [logins, quarantined] = [events(bot, 'login'), events(bot, 'setAside')]
    await bot.autoLogin({ hotReload: true, statusStorageDir })
    return { bot, restored: logins[0]?.restored, quarantined }
  }

  test('makes every file unreadable, and the next run restores the session', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    const statusStorageDir = join(dir, 'state.json')
    const first = await run(KEY, statusStorageDir, sandbox)
    const delivered = new Promise<void>((resolve) => sandbox.on('delivered', () => resolve()))
    sandbox.friend('小满').say('a secret of mine')
    await delivered
    await sandbox.held('synccheck')
    await first.bot.close()
    for (const name of readdirSync(dir)) {
      const content = readFileSync(join(dir, name), 'utf8')
      expect(content).not.toMatch(/secret|小满|"skey"|webwx_data_ticket|@[0-9a-f]{32}/)
      if (process.platform !== 'win32') expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
    }
    const second = await run(KEY, statusStorageDir, sandbox)
    expect([second.restored, second.quarantined]).toEqual([true, []])
    second.bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    void second.bot.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got a secret of mine')
  })

  test('rejects an invalid key before anything is read or written', async () => {
    const sandbox = await sandboxFor()
    const dir = folder()
    expect(await failureOf(run('swordfish', join(dir, 'state.json'), sandbox))).toMatchObject({
      name: 'ArgumentError',
      argument: 'ITCHAT_STATE_KEY',
    })
    expect(readdirSync(dir)).toEqual([])
    expect(sandbox.requests).toEqual([])
  })
})

describe('a custom store', () => {
  test('in memory restores the session in the next instance without a QR code', async () => {
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

  test('in memory is independent of other in-memory stores', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const [first, other] = [new MemorySessionStore(), new MemorySessionStore()]
    await bot.autoLogin({ hotReload: true, sessionStore: first })
    await bot.logout()
    await bot.autoLogin({ hotReload: true, sessionStore: other })
    await bot.close()
    expect(await other.load('session')).toContain('loginOrigin')
  })

  test('receives strings, and its errors are reported with its place', async () => {
    const sandbox = await sandboxFor()
    const stored = new Map<StoredDocument, string>()
    let isFull = false
    const sessionStore: SessionStore = {
      place: 'redis://bot-7',
      load: async (document) => stored.get(document),
      save: async (document, content) => {
        if (isFull) throw new Error('out of memory')
        stored.set(document, content)
      },
      setAside: async () => 'nowhere',
    }
    const bot = botFor(sandbox)
    const errors = events(bot, 'error')
    await bot.autoLogin({ hotReload: true, sessionStore })
    expect([...stored.keys()].sort()).toEqual(['identities', 'session'])
    isFull = true
    await bot.close()
    expect(errors.map(({ error }) => String(error))).toContain(
      'FileError: The session in redis://bot-7 could not be written: out of memory',
    )
  })
})
