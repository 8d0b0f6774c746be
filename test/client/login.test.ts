import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Itchat, LoginError, type QrCallbackInfo, StateError, TEXT, User } from 'itchat'
import { PNG } from 'pngjs'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { readQr } from '../support/read-qr.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

describe('login', () => {
  test('loads every page of the contact list, with this account as the first friend, and the members of each group', async () => {
    const sandbox = await sandboxFor({ contactPageSize: 5 })
    const bot = botFor(sandbox)
    await bot.login()
    const friends = await bot.getFriends()
    expect(friends[0]).toBe(bot.searchFriends())
    expect(friends[0]?.NickName).toBe('陈一舟')
    expect(friends.length).toBe(13)
    const rooms = await bot.getChatrooms()
    expect(rooms.map((room) => room.memberList.length).sort((a, b) => a - b)[2]).toBe(60)
    expect((await bot.getMps()).map((mp) => mp.nickName).sort()).toEqual(['城市天气', '沙丘日报'])
    expect(bot.searchFriends({ name: '小满' })).toHaveLength(1)
    expect(bot.searchFriends({ remarkName: '小满', nickName: '林小满' })).toHaveLength(1)
    expect(bot.searchFriends({ name: '小' })).toEqual([])
    expect(bot.searchFriends({})).toEqual([])
    expect(bot.searchFriends({ name: '' })).toEqual([])
    expect(bot.searchFriends({ name: undefined })).toEqual([])
    expect(bot.searchFriends({ userName: '' })).toBeUndefined()
    expect(bot.searchFriends({ userName: friends[1]?.UserName ?? '' })).toBe(friends[1])
    expect(bot.searchChatrooms({ name: '爬山' })).toHaveLength(1)
    expect(bot.searchChatrooms()).toEqual([])
    expect(bot.searchMps({ name: '日报' })[0]).toMatchObject({ NickName: '沙丘日报' })
    expect(sandbox.warnings).toEqual([])
  })

  test('writes a QR image of the login link to picDir', async () => {
    const sandbox = await sandboxFor()
    const picDir = join(folder(), 'qr.png')
    const { lines, logger } = recordingLogger()
    const bot = botFor(sandbox, { logger })
    const qr = nextEvent(bot, 'qr')
    await bot.login({ enableCmdQR: false, picDir, loginCallback: () => {} })
    const png = PNG.sync.read(readFileSync(picDir))
    expect(readQr(png.data, png.width, png.height)).toBe((await qr).link)
    expect(lines.some((line) => line.includes('█'))).toBe(false)
  })

  test('passes the QR image and then each poll status to qrCallback instead of showing the code', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const { lines, logger } = recordingLogger()
    const bot = botFor(sandbox, { logger })
    const infos: QrCallbackInfo[] = []
    await bot.login({
      qrCallback: (info) => {
        infos.push(info)
        if (info.status === '0') sandbox.phone.scan()
        if (info.status === '201') sandbox.phone.confirm()
      },
    })
    expect(infos.map((info) => info.status)).toEqual(['0', '201', '200'])
    expect(infos[0]?.qrcode.length).toBeGreaterThan(100)
    expect(lines.some((line) => line.includes('█'))).toBe(false)
  })

  test('replaces an expired QR code', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const uuids: string[] = []
    bot.on('qr', ({ uuid }) => {
      uuids.push(uuid)
      if (uuids.length === 1) sandbox.phone.expire()
      else sandbox.phone.scan()
    })
    bot.on('scanned', () => sandbox.phone.confirm())
    await bot.login()
    expect(new Set(uuids).size).toBe(2)
  })

  test('replaces a QR code that is canceled on the phone, until maxQrRounds is reached', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    let rounds = 0
    bot.on('qr', () => {
      rounds++
      sandbox.phone.scan()
    })
    bot.on('scanned', () => sandbox.phone.cancel())
    const failure = await bot.login({ maxQrRounds: 2 }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LoginError)
    expect(failure).toMatchObject({ reason: 'expired' })
    expect(rounds).toBe(2)
    expect(bot.state).toBe('offline')
  })

  test('rejects with the server message and advice when the account is refused', async () => {
    const sandbox = await sandboxFor({ loginRefusal: { when: 'always', message: 'This account may not log in.' } })
    const failure = await botFor(sandbox)
      .login()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LoginError)
    expect(failure).toMatchObject({ reason: 'refused', ret: 1203 })
    expect(String(failure)).toContain('This account may not log in.')
    expect(String(failure)).toContain('official page')
  })

  test('succeeds for an account that requires the headers of the desktop client', async () => {
    const sandbox = await sandboxFor({ loginRefusal: { when: 'withoutUos' } })
    const bot = botFor(sandbox)
    await bot.login()
    expect(bot.state).toBe('online')
  })

  test('stops waiting for the phone when its signal is aborted', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const abort = new AbortController()
    bot.on('qr', () => abort.abort(new Error('enough')))
    await expect(bot.login({ signal: abort.signal })).rejects.toThrow('enough')
    expect(bot.state).toBe('offline')
  })

  test('stops waiting for the phone after close()', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    bot.on('qr', () => bot.close())
    await expect(bot.login()).rejects.toThrow(StateError)
    expect(bot.state).toBe('closed')
  })

  test('supports the seven steps of the tutorials, one by one', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const bot = botFor(sandbox)
    const uuid = await bot.getQRuuid()
    expect(uuid).toMatch(/==$/)
    expect((await bot.getQR(uuid ?? '')).length).toBeGreaterThan(100)
    sandbox.phone.scan()
    expect(await bot.checkLogin(uuid)).toBe('201')
    sandbox.phone.confirm()
    expect(await bot.checkLogin(uuid)).toBe('200')
    const userInfo = await bot.webInit()
    expect(userInfo.NickName).toBe('陈一舟')
    expect((userInfo.User as { NickName: string }).NickName).toBe('陈一舟')
    await bot.showMobileLogin()
    expect((await bot.getFriends(true)).length).toBeGreaterThan(10)
    bot.startReceiving()
    bot.msgRegister((msg) => (msg.type === 'Text' ? `I received: ${msg.content}` : undefined))
    void bot.run()
    sandbox.friend('小满').say('hi')
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('I received: hi')
    expect(sandbox.warnings).toEqual([])
  })

  test('reports which method to call first when a method is called too early', async () => {
    const bot = new Itchat({ baseUrl: 'http://127.0.0.1:9' })
    await expect(bot.getQR()).rejects.toThrow('getQRuuid()')
    await expect(bot.checkLogin()).rejects.toThrow('getQRuuid()')
    await expect(bot.webInit()).rejects.toThrow('checkLogin()')
    await expect(bot.run()).rejects.toThrow('autoLogin()')
    await expect(bot.send('x')).rejects.toThrow('autoLogin()')
    expect(() => bot.searchFriends()).toThrow('autoLogin()')
    expect(() => bot.startReceiving()).toThrow('webInit()')
    await expect(bot.dumpLoginStatus(join(folder(), 'x'))).rejects.toThrow(StateError)
  })

  test('calls loginCallback before messages arrive and exitCallback after the session has ended', async () => {
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    const order: string[] = []
    bot.on('login', ({ user, restored }) => order.push(`login ${user instanceof User} ${restored}`))
    bot.on('logout', ({ reason }) => order.push(`logout ${reason}`))
    await bot.login({
      loginCallback: () => order.push('loginCallback'),
      exitCallback: () => order.push('exitCallback'),
    })
    const running = bot.run().then(() => order.push('run resolved'))
    await bot.logout()
    await running
    expect(order).toEqual(['loginCallback', 'login true false', 'logout self', 'exitCallback', 'run resolved'])
  })
})

describe('hot reload', () => {
  test('restores the session in the second run without the phone, and receives messages sent in between', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    expect(existsSync(statusStorageDir)).toBe(true)
    if (process.platform !== 'win32') expect(statSync(statusStorageDir).mode & 0o777).toBe(0o600)
    await first.close()
    sandbox.friend('小满').say('while you were away')

    const second = botFor(sandbox)
    let scanned = false
    second.on('qr', () => {
      scanned = true
    })
    second.msgRegister(TEXT, (msg) => `got ${msg.text}`)
    const login = nextEvent(second, 'login')
    await second.autoLogin({ hotReload: true, statusStorageDir })
    void second.run()
    expect((await login).restored).toBe(true)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('got while you were away')
    expect(scanned).toBe(false)
    expect(second.searchChatrooms({ name: '爬山' })[0]?.memberList.length).toBe(8)
    expect(sandbox.warnings).toEqual([])
  })

  test('replaces an expired session after confirmation on the phone, without a QR code', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    await first.close()
    sandbox.expireSession(1102)

    const second = botFor(sandbox)
    let qrs = 0
    second.on('qr', () => qrs++)
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect(second.state).toBe('online')
    expect(qrs).toBe(0)
  })

  test('replaces an expired session with a QR code when the push login fails', async () => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir })
    await first.close()
    sandbox.expireSession(1102)
    const fault = sandbox.faults.add({ kind: 'garbage', path: 'webwxpushloginurl' })

    const second = botFor(sandbox)
    const logins = nextEvent(second, 'login')
    const qr = nextEvent(second, 'qr')
    await second.autoLogin({ hotReload: true, statusStorageDir })
    expect(fault.hits).toBe(1)
    expect((await qr).uuid).not.toBe('')
    expect((await logins).restored).toBe(false)
  })

  test.each([
    ['truncated JSON', '{"version":2,"document":"session",'],
    ['another version', '{"version":99,"document":"session"}'],
    ['no account', '{"version":1,"document":"session","user":{},"session":{}}'],
    ['incomplete credentials', '{"version":1,"document":"session","user":{"UserName":"@me"},"session":{"uin":"1"}}'],
    [
      'values of the wrong type',
      '{"version":1,"document":"session","user":{"UserName":"@me"},"session":{"loginOrigin":5,"cookies":[1]},"chatrooms":{}}',
    ],
  ])('falls back to a QR code, with a log line, when the file contains %s', async (_, content) => {
    const sandbox = await sandboxFor()
    const statusStorageDir = join(folder(), 'state.json')
    writeFileSync(statusStorageDir, content)
    const { lines, logger } = recordingLogger()
    const bot = botFor(sandbox, { logger })
    await bot.autoLogin({ hotReload: true, statusStorageDir })
    expect(bot.state).toBe('online')
    expect(lines.some((line) => /login/i.test(line) && !/Logged/.test(line))).toBe(true)
  })

  test('does not send a login that was saved for another server', async () => {
    const sandbox = await sandboxFor()
    const other = await sandboxFor()
    const path = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.login()
    await first.dumpLoginStatus(path)
    const { lines, logger } = recordingLogger()
    const second = botFor(other, { logger })
    expect(await second.loadLoginStatus(path)).toBe(false)
    expect(other.requests).toEqual([])
    const reason = `it is for the server ${sandbox.url}, and this program connects to ${other.url}; set ITCHAT_BASE_URL or use another file`
    expect(lines.join('\n')).toContain(`The saved login in ${path} is unusable: ${reason}.`)
    await second.autoLogin({ hotReload: true, statusStorageDir: path })
    expect(lines.filter((line) => line.includes('moved to'))).toEqual([
      expect.stringContaining(`The saved login is unusable: ${reason}. It was moved to ${path}`),
    ])
  })

  test('loadLoginStatus() returns false without a log line when the file is missing', async () => {
    const { lines, logger } = recordingLogger()
    const bot = new Itchat({ baseUrl: 'http://127.0.0.1:9', logger })
    expect(await bot.loadLoginStatus(join(folder(), 'missing'))).toBe(false)
    expect(lines).toEqual([])
  })
})
