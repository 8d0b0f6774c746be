import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEXT } from 'itchat'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { examine, SERVERS } from '../../src/cli/actions/doctor.js'
import { checkNode, checkProxy, checkTerminal } from '../../src/cli/doctor/machine.js'
import { DEFAULT_ORIGIN } from '../../src/transports/ilink/wire/constants.js'
import { DEFAULT_LOGIN_ORIGIN } from '../../src/transports/web/wire/constants.js'
import { botFor, sandboxFor } from '../support/bot.js'
import { serve } from '../support/http-server.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { runCommand } from './command.js'

const ROOT = join(import.meta.dirname, '../..')
const isWindows = process.platform === 'win32'
const statePath = () => join(mkdtempSync(join(tmpdir(), 'itchat-')), 'itchat.json')

beforeEach(() => {
  vi.stubEnv('ITCHAT_LANG', 'en')
  vi.stubEnv('LC_ALL', 'C.UTF-8')
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'ITCHAT_TRANSPORT'])
    vi.stubEnv(name, '')
})

/** Runs all checks, and returns their findings by name. */
async function examined(options: Parameters<typeof examine>[0], timeoutMs = 15_000) {
  const findings = await examine(options, timeoutMs)
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]))
}

/** A sandbox, and a file with the login of an account in it. */
async function savedLogin() {
  const sandbox = await sandboxFor()
  vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
  const state = statePath()
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, statusStorageDir: state })
  await bot.close()
  return { sandbox, state }
}

test('the default servers are those of the transports', () => {
  expect(SERVERS).toEqual({ web: DEFAULT_LOGIN_ORIGIN, ilink: DEFAULT_ORIGIN })
})

describe('a saved login that works', () => {
  test('is accepted, stays as it is, and loses no message', async () => {
    const { sandbox, state } = await savedLogin()
    const stored = readFileSync(state, 'utf8')
    sandbox.friend('小满').say('said before')
    const found = await examined({ state })
    expect(found.state).toMatchObject({ status: 'ok', finding: state, note: expect.stringContaining('陈一舟') })
    expect(found.login).toMatchObject({ status: 'ok', finding: 'the server accepts the saved login' })
    expect(found.clock?.status).toBe('ok')
    expect(Object.values(found).filter(({ status }) => status === 'failed')).toEqual([])
    expect(readFileSync(state, 'utf8')).toBe(stored)

    const bot = botFor(sandbox)
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await bot.autoLogin({ hotReload: true, statusStorageDir: state, maxQrRounds: 0 })
    void bot.run()
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got said before')
  })

  test('is accepted over iLink, and loses no message', async () => {
    const sandbox = await sandboxFor()
    vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
    const state = statePath()
    const first = ilinkBot(sandbox).bot
    await first.autoLogin({ hotReload: true, statusStorageDir: state })
    await first.close()
    sandbox.clawbot.say('said before')
    const found = await examined({ state, transport: 'ilink' })
    expect(found.login).toMatchObject({ status: 'ok', finding: 'the server accepts the saved login' })

    const { bot } = ilinkBot(sandbox)
    bot.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    await bot.autoLogin({ hotReload: true, statusStorageDir: state, maxQrRounds: 0 })
    void bot.run()
    expect((await sandbox.clawbot.nextMessage()).text).toBe('got said before')
  })

  test('is left alone while a bot uses it', async () => {
    const { sandbox, state } = await savedLogin()
    const bot = botFor(sandbox)
    await bot.autoLogin({ hotReload: true, statusStorageDir: state })
    const found = await examined({ state })
    expect(found.login).toMatchObject({
      status: 'skipped',
      finding: expect.stringMatching(/^in use, not checked \(process \d+ on /),
    })
    expect(bot.state).toBe('online')
  })
})

describe('the server', () => {
  test.each<[name: string, arrange: () => Promise<string> | string, check: string, status: string, RegExp, RegExp]>([
    [
      'has no address',
      () => 'https://itchat.invalid',
      'network',
      'failed',
      /^no address found for itchat\.invalid/,
      /DNS/,
    ],
    ['is not running', () => 'http://127.0.0.1:1', 'network', 'failed', /^127\.0\.0\.1:1 refused/, /itchat sandbox/],
    ['is not a URL', () => 'localhost', 'network', 'failed', /"localhost", not an http or https URL/, /http:\/\/127/],
    [
      'is broken',
      () => serve((_, reply) => void reply.writeHead(502).end()),
      'network',
      'failed',
      /HTTP 502/,
      /minutes/,
    ],
    ['hangs up', () => serve(({ socket }) => void socket.destroy()), 'network', 'failed', /failed \(\w+\)/, /firewall/],
    ['has a self-signed certificate', serveSelfSigned, 'tls', 'failed', /not trusted/, /NODE_EXTRA_CA_CERTS/],
    ['is 94 s behind', () => serveAt(-94_000), 'clock', 'warning', /^94 s fast$/, /synchronize/],
    ['is 94 s ahead', () => serveAt(94_000), 'clock', 'warning', /^94 s slow$/, /synchronize/],
  ])('%s: one line states it, and another what to do', async (_, arrange, check, status, finding, advice) => {
    vi.stubEnv('ITCHAT_BASE_URL', await arrange())
    const found = await examined({ state: statePath() })
    expect(found[check]).toEqual({
      check,
      status,
      finding: expect.stringMatching(finding),
      advice: expect.stringMatching(advice),
    })
  })

  test('does not reply: the check ends at its timeout', async () => {
    vi.stubEnv('ITCHAT_BASE_URL', await serve(() => {}))
    const { network } = await examined({ state: statePath() }, 100)
    expect(network).toMatchObject({ status: 'failed', finding: expect.stringContaining('did not reply within 0.1 s') })
  })

  /** The clock stands at a half of a second, the middle of what a Date header can mean. */
  function serveAt(offsetMs: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000) * 1000 + 500
    vi.spyOn(Date, 'now').mockReturnValue(now)
    const date = new Date(now + offsetMs - 500).toUTCString()
    return serve((_, reply) => void reply.writeHead(200, { date }).end())
  }

  async function serveSelfSigned(): Promise<string> {
    const pem = readFileSync(join(ROOT, 'test/fixtures/self-signed.pem'), 'utf8')
    const server = createHttpsServer({ key: pem, cert: pem }, (_, reply) => void reply.end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test('cannot be reached: the saved login is not tried', async () => {
    const { sandbox, state } = await savedLogin()
    await sandbox.close()
    expect((await examined({ state })).login).toMatchObject({ status: 'skipped' })
  })
})

describe('the saved login', () => {
  test.each<
    [name: string, arrange: (saved: Awaited<ReturnType<typeof savedLogin>>) => void, check: string, RegExp, RegExp]
  >([
    ['is not JSON', ({ state }) => writeFileSync(state, '{'), 'state', /is damaged$/, /itchat login/],
    ['is of another program', ({ state }) => writeFileSync(state, '[]'), 'state', /is not a saved login$/, /--state/],
    ['was changed', ({ state }) => change(state, /"skey":"/, '"skey":"x'), 'login', /checksum/, /itchat login/],
    [
      'belongs to iLink',
      ({ state }) => change(state, '"transport":"web"', '"transport":"ilink"'),
      'state',
      /transport ilink$/,
      /--transport ilink/,
    ],
    ['has expired', ({ sandbox }) => void sandbox.phone.logoutWeb(), 'login', /no longer accepts/, /itchat login/],
    [
      'is refused with 1203',
      ({ sandbox }) => void refuse(sandbox, 1203),
      'login',
      /^1203 {2}this account cannot/,
      /another account/,
    ],
    ['is refused with -1', ({ sandbox }) => void refuse(sandbox, -1), 'login', /ret -1/, /again/],
    [
      'gets HTTP 502',
      ({ sandbox }) => void sandbox.faults.add({ kind: 'status', status: 502, path: 'webwxsync', count: null }),
      'login',
      /502/,
      /again/,
    ],
  ])('%s: one line states it, another what to do, and the file stays', async (_, arrange, check, finding, advice) => {
    const saved = await savedLogin()
    arrange(saved)
    const stored = readFileSync(saved.state, 'utf8')
    const found = await examined({ state: saved.state })
    expect(found[check]).toEqual({
      check,
      status: 'failed',
      finding: expect.stringMatching(finding),
      advice: expect.stringMatching(advice),
    })
    expect(readFileSync(saved.state, 'utf8')).toBe(stored)
    expect(saved.sandbox.requests.filter(({ endpoint }) => endpoint === 'webwxpushloginurl')).toEqual([])
  })

  const refuse = (sandbox: Awaited<ReturnType<typeof sandboxFor>>, ret: number) =>
    sandbox.faults.add({ kind: 'ret', ret, path: 'webwxsync' })

  function change(path: string, from: string | RegExp, to: string) {
    const stored = readFileSync(path, 'utf8')
    expect(stored).toMatch(from)
    writeFileSync(path, stored.replace(from, to))
  }

  test.skipIf(isWindows)('can be read by others: failed, and tried nevertheless (POSIX permissions)', async () => {
    const { state } = await savedLogin()
    chmodSync(state, 0o644)
    const found = await examined({ state })
    expect(found.state).toMatchObject({
      status: 'failed',
      finding: expect.stringContaining('0644'),
      advice: `chmod 600 ${state}`,
    })
    expect(found.login?.status).toBe('ok')
  })

  test('is for another server: one line states it, with or without a connection', async () => {
    const { sandbox, state } = await savedLogin()
    const other = await sandboxFor()
    for (const url of [other.url, 'http://127.0.0.1:1']) {
      vi.stubEnv('ITCHAT_BASE_URL', url)
      const found = await examined({ state })
      expect(found.login).toBeUndefined()
      expect(found.state).toEqual({
        check: 'state',
        status: 'failed',
        finding: `${state} is for another server: ${sandbox.url}`,
        advice: expect.stringContaining(`ITCHAT_BASE_URL=${sandbox.url}`),
      })
    }
    expect(other.requests).toEqual([])
  })

  test('is for another server and encrypted: one line states it', async () => {
    vi.stubEnv('ITCHAT_STATE_KEY', 'a'.repeat(64))
    const { sandbox, state } = await savedLogin()
    vi.stubEnv('ITCHAT_BASE_URL', (await sandboxFor()).url)
    const found = await examined({ state })
    expect(found.login).toMatchObject({
      status: 'failed',
      finding: `${state} is for another server: ${sandbox.url}`,
      advice: expect.stringContaining(`ITCHAT_BASE_URL=${sandbox.url}`),
    })
  })

  test.skipIf(isWindows)('is a pipe: it is not read', async () => {
    const state = statePath()
    execFileSync('mkfifo', [state])
    const found = await examined({ state })
    expect(found.state).toMatchObject({ status: 'failed', finding: `${state} is not a saved login` })
  })

  test('would be in a folder that does not exist', async () => {
    vi.stubEnv('ITCHAT_BASE_URL', 'http://127.0.0.1:1')
    const found = await examined({ state: join(statePath(), 'itchat.json') })
    expect(found.folder).toMatchObject({ status: 'failed', finding: expect.stringContaining('does not exist') })
    expect(found.state).toMatchObject({
      status: 'warning',
      finding: expect.stringContaining('no login has been saved'),
    })
  })
})

describe('the machine', () => {
  test.each([
    ['20.18.3', {}, { status: 'failed', finding: '20.18.3 · Node 20.19 or newer is required' }],
    ['20.19.0', {}, { status: 'ok', finding: '20.19.0', note: 'needs tsx to run TypeScript' }],
    ['24.1.0', { typescript: 'strip' }, { status: 'ok', finding: '24.1.0' }],
  ])('Node %s with features %j', (version, features, expected) => {
    const { check: _, advice: __, ...found } = checkNode(version, features, false)
    expect(found).toEqual(expected)
  })

  test('a Node that does not run TypeScript, where tsx is installed', () => {
    expect(checkNode('20.19.0', {}, true)).toEqual({ check: 'node', status: 'ok', finding: '20.19.0' })
    expect(checkNode('20.19.0', {})).toEqual(checkNode('20.19.0', {}, true))
  })

  test.each([
    [{ isTTY: true, columns: 80, rows: 24 }, 'C.UTF-8', 'ok', '80 × 24'],
    [{ isTTY: true, columns: 39, rows: 24 }, 'C.UTF-8', 'warning', '39 × 24 is too small for a QR code'],
    [{ isTTY: false, columns: 0, rows: 0 }, 'C.UTF-8', 'ok', 'not a terminal: output without colors'],
  ] as const)('a terminal of %j with the locale %s', (stream, locale, status, finding) => {
    expect(checkTerminal(stream, { LC_ALL: locale })).toMatchObject({ status, finding })
  })

  test.skipIf(isWindows || process.platform === 'darwin')('a locale that is not UTF-8 (Linux)', () => {
    const terminal = { isTTY: true as const, columns: 80, rows: 24 }
    expect(checkTerminal(terminal, { LANG: 'POSIX' })).toMatchObject({
      status: 'warning',
      finding: expect.stringContaining('POSIX is not UTF-8'),
      advice: 'export LANG=C.UTF-8',
    })
  })

  test.each([
    [{}, []],
    [
      { HTTPS_PROXY: 'http://me:secret@10.0.0.1:7890' },
      [{ status: 'ok', finding: 'HTTPS_PROXY http://10.0.0.1:7890' }],
    ],
    [{ http_proxy: '10.0.0.1:7890' }, [{ status: 'failed', finding: 'http_proxy is not an http or https URL' }]],
  ])('a proxy in the environment %j', (env, expected) => {
    expect(checkProxy(false, env)).toMatchObject(expected)
  })
})

describe('itchat doctor', () => {
  async function doctor(args: string[], env: Record<string, string>) {
    const { code, stdout: text } = await runCommand(['doctor', ...args], { cwd: tmpdir(), env })
    return { code, text }
  }

  test('--json prints an object per line, and exits with 0 if nothing failed', async () => {
    const { sandbox, state } = await savedLogin()
    const { code, text } = await doctor(['--json', '--state', state], { ITCHAT_BASE_URL: sandbox.url, HTTPS_PROXY: '' })
    const findings = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'terminal',
      'network',
      'clock',
      'folder',
      'state',
      'login',
    ])
    expect(code).toBe(0)
  })

  test('prints a sign, the name in 12 columns, the finding and the advice, and exits with 1 if something failed', async () => {
    const { code, text } = await doctor(['--lang', 'zh', '--state', statePath()], {
      ITCHAT_BASE_URL: 'http://127.0.0.1:1',
      HTTPS_PROXY: '',
    })
    expect(text).toContain(`\n  ✗ 网络        127.0.0.1:1 拒绝连接\n${' '.repeat(14)}→ 沙盒在运行吗？`)
    expect(text).toMatch(/\n {2}! 状态文件 {4}没有 /)
    expect(text).toMatch(/\n {2}\d 正常 {2}1 警告 {2}1 失败\n$/)
    expect(code).toBe(1)
  })
})
