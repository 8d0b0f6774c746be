import { describe, expect, test } from 'vitest'
import { type Answer, BOT, failure, OWNER, scriptedIlink, TOKEN } from '../../../test/support/scripted-ilink.js'
import { LoginError, NetworkError, ProtocolError, StateError } from '../../errors.js'
import { IlinkLogin } from './login-part.js'

const QR = { ret: 0, qrcode: 'qr1', qrcode_img_content: 'https://liteapp.weixin.qq.com/q/abc123?qrcode=qr1&bot_type=3' }
const CONFIRMED = {
  status: 'confirmed',
  bot_token: `beef00000002@im.bot:secret`,
  ilink_bot_id: 'beef00000002@im.bot',
  ilink_user_id: OWNER,
  baseurl: 'http://127.0.0.1:9000/',
}

async function pending(polls: Answer[], codes: Answer[] = [QR]) {
  const scripted = scriptedIlink({ get_bot_qrcode: codes, get_qrcode_status: polls })
  const login = new IlinkLogin(scripted.ilink)
  const code = (await login.requestCode()) ?? ''
  const statuses = async (count: number) => {
    const found: string[] = []
    for (let index = 0; index < count; index++) found.push((await login.poll(code)).status)
    return found
  }
  const polled = () => scripted.requests.filter(({ endpoint }) => endpoint === 'get_qrcode_status')
  return { ...scripted, login, code, statuses, polled }
}

describe('a QR code', () => {
  test('is requested without a bearer token and without base_info, with the tokens of this program', async () => {
    const { requests, login, code } = await pending([])
    expect(requests[0]?.headers).not.toHaveProperty('Authorization')
    expect(requests[0]?.body).toEqual({ local_token_list: [TOKEN] })
    expect(requests[0]?.url.search).toBe('?bot_type=3')
    expect(login.qrContent(code)).toBe(QR.qrcode_img_content)
  })

  test('is requested without the token of a session that has ended', async () => {
    const { ilink, session, requests } = scriptedIlink({ get_bot_qrcode: [QR] })
    session.hasEnded = true
    await new IlinkLogin(ilink).requestCode()
    expect(requests[0]?.body).toEqual({ local_token_list: [] })
  })

  test('is undefined when the server sends none', async () => {
    const { ilink } = scriptedIlink({ get_bot_qrcode: [{ ret: 0 }] })
    expect(await new IlinkLogin(ilink).requestCode()).toBeUndefined()
  })

  test.each(['', 'javascript:alert(1)', 'iVBORw0KGgo='])('with the content %j is a ProtocolError', async (content) => {
    const { ilink } = scriptedIlink({ get_bot_qrcode: [{ ...QR, qrcode_img_content: content }] })
    await expect(new IlinkLogin(ilink).requestCode()).rejects.toThrow(ProtocolError)
  })

  test('can be polled although the program has requested another one; an unknown one cannot', async () => {
    const { login, code } = await pending([{ status: 'wait' }], [QR, { ...QR, qrcode: 'qr2' }])
    await login.requestCode()
    expect((await login.poll(code)).status).toBe('waiting')
    await expect(login.poll('unknown')).rejects.toThrow(StateError)
  })
})

test('all requests carry the headers of the protocol, each with a new X-WECHAT-UIN', async () => {
  const { requests } = await pending([], [QR, QR])
  const scripted = scriptedIlink({ getupdates: [{}] })
  const { callJson } = await import('./api/call.js')
  await callJson(scripted.ilink, 'getupdates', { body: { get_updates_buf: '' } })
  const all = [...requests, ...scripted.requests]
  for (const { headers } of all) {
    expect(headers['iLink-App-Id']).toBe('bot')
    expect(headers['iLink-App-ClientVersion']).toMatch(/^\d+$/)
    expect(Buffer.from(headers['X-WECHAT-UIN'] ?? '', 'base64').toString()).toMatch(/^\d{1,10}$/)
    expect(headers.AuthorizationType).toBe('ilink_bot_token')
  }
  expect(new Set(all.map(({ headers }) => headers['X-WECHAT-UIN'])).size).toBe(all.length)
  expect(scripted.requests[0]?.headers.Authorization).toBe(`Bearer ${TOKEN}`)
  expect(scripted.requests[0]?.body.base_info).toMatchObject({ bot_agent: 'test/1.0' })
})

test.each<[string, Answer, string]>([
  ['wait', { status: 'wait' }, 'waiting'],
  ['scaned', { status: 'scaned' }, 'scanned'],
  ['a redirect', { status: 'scaned_but_redirect', redirect_host: '127.0.0.1:9001' }, 'scanned'],
  ['a redirect without a host', { status: 'scaned_but_redirect' }, 'scanned'],
  ['need_verifycode', { status: 'need_verifycode' }, 'verifyCodeNeeded'],
  ['verify_code_blocked', { status: 'verify_code_blocked' }, 'expired'],
  ['expired', { status: 'expired' }, 'expired'],
  ['confirmed', CONFIRMED, 'confirmed'],
  ['binded_redirect', { status: 'binded_redirect' }, 'confirmed'],
  ['an unknown status', { status: 'future_status' }, 'waiting'],
  ['no status', {}, 'waiting'],
  ['HTTP 502', { status: 502 }, 'waiting'],
  ['a broken connection', failure('get_qrcode_status'), 'waiting'],
])('%s means %s', async (_, answer, status) => {
  const { statuses } = await pending([answer])
  expect(await statuses(1)).toEqual([status])
})

test('after a redirect, the same code is polled at the other host', async () => {
  const { statuses, polled } = await pending([
    { status: 'scaned_but_redirect', redirect_host: '127.0.0.1:9001' },
    { status: 'wait' },
  ])
  await statuses(2)
  expect(polled().map(({ url }) => url.origin)).toEqual(['http://127.0.0.1:9', 'http://127.0.0.1:9001'])
  expect(polled().map(({ url }) => url.searchParams.get('qrcode'))).toEqual(['qr1', 'qr1'])
})

test.each(['evil.example', '127.0.0.1.evil.example', 'user@127.0.0.1', 'https://127.0.0.1:9'])(
  'a redirect to %s is a ProtocolError, and nothing is sent there',
  async (redirect_host) => {
    const { login, code, polled } = await pending([{ status: 'scaned_but_redirect', redirect_host }])
    await expect(login.poll(code)).rejects.toThrow(ProtocolError)
    expect(polled()).toHaveLength(1)
  },
)

test('the verify code is sent until the server has accepted it', async () => {
  const { login, statuses, polled } = await pending([
    { status: 'need_verifycode' },
    { status: 'wait' },
    failure('get_qrcode_status'),
    { status: 'scaned' },
    { status: 'wait' },
  ])
  await statuses(1)
  login.submitVerifyCode('123456')
  await statuses(4)
  expect(polled().map(({ url }) => url.searchParams.get('verify_code'))).toEqual([
    null,
    '123456',
    '123456',
    '123456',
    null,
  ])
})

test('a wrong verify code is not sent again, which would count as another wrong code', async () => {
  const needed = { status: 'need_verifycode' }
  const { login, statuses, polled } = await pending([needed, needed, needed])
  await statuses(1)
  login.submitVerifyCode('123456')
  await statuses(2)
  expect(polled().map(({ url }) => url.searchParams.get('verify_code'))).toEqual([null, '123456', null])
})

describe('a confirmed code', () => {
  test('starts a session with the address of the reply, an empty cursor and no window', async () => {
    const { login, statuses, session } = await pending([CONFIRMED])
    session.cursor = 'old'
    session.contextToken = 'old'
    session.window.open(1)
    await statuses(1)
    const { self, contacts } = await login.start()
    expect(self.userName).toBe('beef00000002@im.bot')
    expect(contacts.map(({ userName, fields }) => [userName, fields.NickName])).toEqual([[OWNER, '']])
    expect(session).toMatchObject({ cursor: '', contextToken: '', isOpen: true })
    expect(session.credentials?.apiBase).toBe('http://127.0.0.1:9000')
    expect(session.window.refusal).toEqual({ reason: 'needsMessage' })
  })

  test.each(['bot_token', 'ilink_bot_id', 'ilink_user_id'])('without %s is refused', async (key) => {
    const { login, code } = await pending([{ ...CONFIRMED, [key]: undefined }])
    await expect(login.poll(code)).rejects.toThrow(LoginError)
    await expect(login.start()).rejects.toThrow(StateError)
  })

  test('without an address uses the address of the login', async () => {
    const { login, statuses, session } = await pending([{ ...CONFIRMED, baseurl: '' }])
    await statuses(1)
    await login.start()
    expect(session.credentials?.apiBase).toBe('http://127.0.0.1:9')
  })

  test.each(['https://evil.example', 'http://127.0.0.1@evil.example', 'ftp://127.0.0.1'])(
    'with the address %s is a ProtocolError: the token is not sent there',
    async (baseurl) => {
      const { login, code } = await pending([{ ...CONFIRMED, baseurl }])
      await expect(login.poll(code)).rejects.toThrow(ProtocolError)
    },
  )
})

describe('an account that is already bound to this program', () => {
  test('continues with the known session', async () => {
    const { login, statuses, session } = await pending([{ status: 'binded_redirect' }])
    session.cursor = 'kept'
    await statuses(1)
    expect((await login.start()).self.userName).toBe(BOT)
    expect(session).toMatchObject({ cursor: 'kept', isOpen: true })
  })

  test('is refused when that session has ended', async () => {
    const { login, code, session } = await pending([{ status: 'binded_redirect' }])
    session.hasEnded = true
    await expect(login.poll(code)).rejects.toThrow(LoginError)
  })
})

test('a server that cannot be reached makes the request for a code fail', async () => {
  const failures = Array.from({ length: 3 }, () => failure('get_bot_qrcode'))
  const { ilink } = scriptedIlink({ get_bot_qrcode: failures })
  await expect(new IlinkLogin(ilink).requestCode()).rejects.toThrow(NetworkError)
})
