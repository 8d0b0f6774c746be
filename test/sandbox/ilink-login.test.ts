import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Sandbox, SandboxError, startSandbox } from '../../src/sandbox/index.js'
import { ManualClock } from '../support/manual-clock.js'
import { IlinkClient, type IlinkReply } from './support/ilink-client.js'

let clock: ManualClock
let sandbox: Sandbox
let client: IlinkClient

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock })
  client = new IlinkClient(sandbox.url)
})

afterEach(async () => {
  expect(sandbox.lastError).toBeUndefined()
  await sandbox.close()
})

/** Starts a status poll and waits until the sandbox holds it. */
async function held(verifyCode?: string): Promise<{ reply: Promise<IlinkReply> }> {
  const isHeld = sandbox.held('get_qrcode_status')
  const reply = client.status(verifyCode)
  await isHeld
  return { reply }
}

const statusOf = async (reply: Promise<IlinkReply>) => (await reply).json.status

describe('QR codes', () => {
  test('a QR code is a key and a link, by POST and by GET', async () => {
    const posted = await client.requestQr()
    expect(posted.json).toMatchObject({ ret: 0, qrcode: expect.stringMatching(/^[\da-f]{32}$/) })
    const link = new URL(posted.json.qrcode_img_content)
    expect(link.origin).toBe(sandbox.url)
    expect(link.pathname).toMatch(/^\/q\/\w{6}$/)
    expect(link.search).toBe(`?qrcode=${client.qrcode}&bot_type=3`)
    expect(sandbox.clawbot.login).toMatchObject({ state: 'waiting', qrcode: client.qrcode, link: link.href })
    const got = await client.request('/ilink/bot/get_bot_qrcode?bot_type=3', { headers: client.headers('GET', false) })
    expect(got.json.qrcode).not.toBe(client.qrcode)
    expect(sandbox.clawbot.login.qrcode).toBe(got.json.qrcode)
    expect(sandbox.warnings).toEqual([])
  })

  test('a program logs in after a scan and a confirmation', async () => {
    expect(sandbox.clawbot.login).toEqual({ state: 'none' })
    const waiting = sandbox.clawbot.waiting()
    await client.requestQr()
    expect(await waiting).toBe(client.qrcode)
    const first = await held()
    sandbox.clawbot.scan()
    expect((await first.reply).json).toEqual({ ret: 0, status: 'scaned' })
    await clock.advance(1000)
    const second = await held()
    sandbox.clawbot.confirm()
    const { json } = await second.reply
    expect(json).toEqual({
      ret: 0,
      status: 'confirmed',
      bot_token: expect.stringContaining(`${json.ilink_bot_id}:`),
      ilink_bot_id: expect.stringMatching(/^[\da-f]{12}@im\.bot$/),
      ilink_user_id: sandbox.clawbot.userId,
      baseurl: sandbox.url,
    })
    expect(json.ilink_user_id).toMatch(/^o9cq80.*[A-Z].*@im\.wechat$/)
    expect(sandbox.clawbot.view).toMatchObject({
      login: { state: 'bound' },
      binding: { botId: json.ilink_bot_id, userId: json.ilink_user_id, online: false },
      limits: { quotaLeft: 10, refusal: 'needsMessage' },
    })
    expect(sandbox.warnings).toEqual([])
  })

  test('autoLogin scans and confirms', async () => {
    await using other = await startSandbox({ port: 0, autoLogin: true })
    const program = await new IlinkClient(other.url).login()
    expect(program.token).not.toBe('')
    expect(other.clawbot.login.state).toBe('bound')
  })

  test('the poll is held for the configured time', async () => {
    await client.requestQr()
    const { reply } = await held()
    await clock.advance(35_000)
    expect(await statusOf(reply)).toBe('wait')
  })

  test('a QR code expires after two minutes, and on request', async () => {
    await client.requestQr()
    await clock.advance(120_000)
    expect(await statusOf(client.status())).toBe('expired')
    await client.requestQr()
    const { reply } = await held()
    sandbox.clawbot.expire()
    expect(await statusOf(reply)).toBe('expired')
    expect(sandbox.clawbot.login.state).toBe('expired')
  })

  test('an unknown QR code has expired', async () => {
    client.qrcode = 'unknown'
    expect(await statusOf(client.status())).toBe('expired')
  })

  test('a declined QR code looks scanned until it expires', async () => {
    await client.requestQr()
    sandbox.clawbot.scan()
    sandbox.clawbot.decline()
    expect(sandbox.clawbot.login.state).toBe('declined')
    expect(await statusOf(client.status())).toBe('scaned')
    const { reply } = await held()
    expect(() => sandbox.clawbot.confirm()).toThrow(SandboxError)
    await clock.advance(35_000)
    expect(await statusOf(reply)).toBe('scaned')
    await clock.advance(85_000)
    expect(await statusOf(client.status())).toBe('expired')
  })

  test('a redirect is sent once, and polling goes on', async () => {
    await client.requestQr()
    const { reply } = await held()
    sandbox.clawbot.redirect()
    expect((await reply).json).toEqual({
      ret: 0,
      status: 'scaned_but_redirect',
      redirect_host: new URL(sandbox.url).host,
    })
    sandbox.clawbot.scan()
    expect(await statusOf(client.status())).toBe('scaned')
  })

  test('actions on the phone require the right state', async () => {
    expect(() => sandbox.clawbot.scan()).toThrow('no program has requested an iLink QR code')
    expect(() => sandbox.clawbot.say('hi')).toThrow('No program is bound')
    await client.requestQr()
    expect(() => sandbox.clawbot.confirm()).toThrow('is waiting. Scan it first.')
  })
})

describe('verify codes', () => {
  test('the scan counts when the program sends the code that the phone shows', async () => {
    await client.requestQr()
    const code = sandbox.clawbot.requireVerifyCode()
    expect(code).toMatch(/^\d{6}$/)
    sandbox.clawbot.scan()
    expect(sandbox.clawbot.login).toMatchObject({ state: 'verifyCode', verifyCode: code, attemptsLeft: 3 })
    expect(await statusOf(client.status())).toBe('need_verifycode')
    expect(await statusOf(client.status(code))).toBe('scaned')
    sandbox.clawbot.confirm()
    expect(await statusOf(client.status(code))).toBe('confirmed')
    expect(sandbox.warnings).toEqual([])
  })

  test('a wrong code that is repeated because the reply was lost counts once', async () => {
    await client.requestQr()
    sandbox.clawbot.requireVerifyCode('123456')
    sandbox.clawbot.scan()
    expect(await statusOf(client.status())).toBe('need_verifycode')
    sandbox.faults.add({ kind: 'dropReply', path: 'get_qrcode_status', count: 5 })
    for (let attempt = 0; attempt < 5; attempt++) await client.status('1').catch(() => {})
    expect(await statusOf(client.status('1'))).toBe('need_verifycode')
    expect(sandbox.clawbot.login.attemptsLeft).toBe(2)
    expect(await statusOf(client.status('1'))).toBe('need_verifycode')
    expect(sandbox.clawbot.login.attemptsLeft).toBe(1)
    expect(await statusOf(client.status('123456'))).toBe('scaned')
    expect(sandbox.warnings).toEqual([])
  })

  test('the third wrong code blocks the QR code', async () => {
    await client.requestQr()
    sandbox.clawbot.requireVerifyCode('123456')
    sandbox.clawbot.scan()
    expect(await statusOf(client.status())).toBe('need_verifycode')
    expect(await statusOf(client.status('1'))).toBe('need_verifycode')
    expect(sandbox.clawbot.login.attemptsLeft).toBe(2)
    expect(await statusOf(client.status('123457'))).toBe('need_verifycode')
    expect(await statusOf(client.status('0'))).toBe('verify_code_blocked')
    expect(sandbox.clawbot.login.state).toBe('blocked')
    expect(await statusOf(client.status('123456'))).toBe('verify_code_blocked')
  })
})

describe('bindings', () => {
  /** Logs a program in and returns its token. */
  async function bind(localTokens: string[] = []): Promise<string> {
    await client.requestQr({ local_token_list: localTokens })
    sandbox.clawbot.scan()
    sandbox.clawbot.confirm()
    const reply = await client.status()
    if (reply.json.status === 'confirmed') client.take(reply)
    return reply.json.status
  }

  test('a program that holds the valid token gets this status', async () => {
    await bind()
    const { token } = client
    expect(await bind([token])).toBe('binded_redirect')
    expect((await client.start()).json.ret).toBe(0)
    sandbox.clawbot.expireToken()
    expect(await bind([token])).toBe('confirmed')
    await client.requestQr()
    sandbox.clawbot.alreadyBound()
    expect(await statusOf(client.status())).toBe('binded_redirect')
  })

  test('a new binding replaces the former token; a held poll of it ends after 29 s', async () => {
    await bind()
    const { token, botId, userId } = client
    await client.start()
    const isHeld = sandbox.held('getupdates')
    const poll = client.poll()
    await isHeld
    await bind()
    expect(client.botId).not.toBe(botId)
    expect(client.userId).toBe(userId)
    const former = new IlinkClient(sandbox.url)
    former.token = token
    expect((await former.poll()).json).toEqual({ ret: -14, errcode: -14, errmsg: 'session timeout' })
    await clock.advance(28_999)
    expect(
      sandbox.requests.filter(({ endpoint, status }) => endpoint === 'getupdates' && status === undefined),
    ).toHaveLength(1)
    await clock.advance(1)
    expect((await poll).json.ret).toBe(-14)
  })

  test('a binding to another program ends the token', async () => {
    await bind()
    sandbox.clawbot.bindElsewhere()
    expect(sandbox.clawbot.login).toMatchObject({ state: 'ended', endReason: 'boundElsewhere' })
    expect((await client.start()).json.errcode).toBe(-14)
    expect(() => sandbox.clawbot.say('hi')).toThrow('bound to another program')
    await bind()
    expect((await client.start()).json.ret).toBe(0)
  })

  test.each([
    ['a new binding', () => bind()],
    ['a binding to another program', () => sandbox.clawbot.bindElsewhere()],
  ])('%s also ends a token that could be revived', async (_name, rebind) => {
    await bind()
    const { token } = client
    sandbox.clawbot.expireToken({ isRevivable: true })
    await rebind()
    const former = new IlinkClient(sandbox.url)
    former.token = token
    expect((await former.start()).json.ret).toBe(-14)
    expect((await former.poll()).json.ret).toBe(-14)
  })

  test('the QR code is not shown once it has led to a binding, and the token is not repeated for ever', async () => {
    await bind()
    expect(sandbox.clawbot.login).toEqual({ state: 'bound' })
    await clock.advance(59_999)
    expect((await client.status()).json).toMatchObject({ status: 'confirmed', bot_token: client.token })
    await clock.advance(60_001)
    expect((await client.status()).json).toEqual({ ret: 0, status: 'expired' })
    expect((await client.start()).json.ret).toBe(0)
    sandbox.clawbot.expireToken()
    expect(sandbox.clawbot.login).toEqual({ state: 'ended', endReason: 'tokenExpired' })
  })

  test('the token of a binding that has ended is not repeated', async () => {
    await bind()
    sandbox.clawbot.bindElsewhere()
    expect((await client.status()).json).toEqual({ ret: 0, status: 'expired' })
  })

  test('a program that was confirmed just before the QR code expired can still get its token', async () => {
    await client.requestQr()
    await clock.advance(119_999)
    sandbox.clawbot.scan()
    sandbox.clawbot.confirm()
    await clock.advance(59_999)
    expect(await statusOf(client.status())).toBe('confirmed')
  })

  test('an expired token ends held polls at once; a revivable one comes back with notifystart', async () => {
    await bind()
    await client.start()
    const isHeld = sandbox.held('getupdates')
    const poll = client.poll()
    await isHeld
    sandbox.clawbot.expireToken({ isRevivable: true })
    expect((await poll).json.ret).toBe(-14)
    expect((await client.send('hi')).json.ret).toBe(-14)
    expect((await client.start()).json.ret).toBe(0)
    sandbox.clawbot.say('still there?')
    expect((await client.poll()).json.msgs).toHaveLength(1)
    sandbox.clawbot.expireToken()
    expect((await client.start()).json.ret).toBe(-14)
    expect(sandbox.clawbot.login).toMatchObject({ state: 'ended', endReason: 'tokenExpired' })
  })
})
