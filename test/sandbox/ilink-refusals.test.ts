import { describe, expect, test } from 'vitest'
import { type DropReason, SandboxError, startSandbox } from '../../src/sandbox/index.js'
import { encrypt, IlinkClient, type IlinkReply } from './support/ilink-client.js'
import { client, clock, greet, restart, sandbox, startBeforeEach } from './support/ilink-scene.js'

const HOUR_MS = 60 * 60_000
const KEY = Buffer.alloc(16, 7)
const FILE = Buffer.from('bytes of a file')

startBeforeEach()

const text = (content: string) => ({ type: 1, text_item: { text: content } })
const REFUSED = { ret: -2, errcode: -2, errmsg: 'prepare failed' }
const INVALID = { ret: -3, errcode: -3, errmsg: 'invalid arguments' }
const OVER = { ret: -14, errcode: -14, errmsg: 'session timeout' }

describe('refused requests', () => {
  const REFUSALS: Record<string, [() => Promise<IlinkReply>, object]> = {
    'no token': [() => client.post('getupdates', {}, { headers: { Authorization: '' } }), OVER],
    'an unknown token': [() => client.post('sendmessage', {}, { headers: { Authorization: 'Bearer x' } }), OVER],
    'a token without Bearer': [
      () => client.post('msg/notifystart', {}, { headers: { Authorization: client.token } }),
      OVER,
    ],
    'no item_list': [() => client.sendItem({}, { item_list: undefined }), REFUSED],
    'an empty item_list': [() => client.sendItem({}, { item_list: [] }), REFUSED],
    'two items': [() => client.sendItem({}, { item_list: [text('a'), text('b')] }), INVALID],
    'an unknown receiver': [() => client.send('a', { to_user_id: 'x@im.wechat' }), INVALID],
    'a receiver in lower case': [() => client.send('a', { to_user_id: client.userId.toLowerCase() }), INVALID],
    'getconfig without a user': [
      () => client.post('getconfig'),
      { ret: -2, errcode: -2, errmsg: 'ilink_user_id required' },
    ],
    'sendtyping without a user': [
      () => client.post('sendtyping', { status: 1 }),
      { ret: -2, errcode: -2, errmsg: 'ilink_user_id required' },
    ],
    'an upload for an unknown user': [
      () => client.post('getuploadurl', client.announcement(FILE, KEY, { to_user_id: 'x@im.wechat' })),
      INVALID,
    ],
  }

  test.each(Object.entries(REFUSALS))('%s', async (_name, [request, expected]) => {
    await greet()
    const { status, json } = await request()
    expect(status).toBe(200)
    expect(json).toEqual(expected)
    expect(sandbox.clawbot.unread).toEqual([])
    expect(sandbox.requests.at(-1)?.reason).toBeTruthy()
  })

  test('getconfig before the first message', async () => {
    const { json } = await client.post('getconfig', { ilink_user_id: client.userId })
    expect(json).toEqual({ ret: -4, errcode: -4, errmsg: 'GetTypingTicket rpc failed' })
  })

  const HTTP: Record<string, [() => Promise<IlinkReply>, number]> = {
    'a body that is not JSON': [() => client.post('sendmessage', '{'), 400],
    'an unknown path': [() => client.post('getcontacts'), 404],
    'a wrong method': [() => client.request('/ilink/bot/getupdates'), 404],
    'an unknown path of the media server': [() => client.request('/c2c/delete'), 404],
    'a download of an unknown reference': [() => client.request('/c2c/download?encrypted_query_param=x'), 400],
    'an upload without an announcement': [() => client.putFile('/c2c/upload?encrypted_query_param=x', FILE), 400],
  }

  test.each(Object.entries(HTTP))('%s', async (_name, [request, status]) => {
    expect((await request()).status).toBe(status)
  })

  test.each([
    ['ret', { ret: -2, errmsg: 'unknown error' }],
    ['errcode', { errcode: -2, errmsg: 'unknown error' }],
  ] as const)('errorShape %s', async (errorShape, expected) => {
    await restart({ errorShape, refusalText: 'unknown error' })
    expect((await client.send('a')).json).toEqual(expected)
  })
})

describe('limits', () => {
  const refusal = () => sandbox.clawbot.limits.refusal

  test('the owner must write first', async () => {
    expect((await client.send('a')).json).toEqual(REFUSED)
    expect(refusal()).toBe('needsMessage')
    await greet()
    expect((await client.send('a')).json.ret).toBe(0)
  })

  test('ten messages for each message of the owner', async () => {
    await greet()
    for (let sent = 0; sent < 10; sent++) expect((await client.send(`${sent}`)).json.ret).toBe(0)
    expect(sandbox.clawbot.limits).toMatchObject({ quota: 10, quotaLeft: 0, refusal: 'quota' })
    expect((await client.send('11')).json).toEqual(REFUSED)
    await greet()
    expect((await client.send('again')).json.ret).toBe(0)
    expect(sandbox.clawbot.limits.quotaLeft).toBe(9)
  })

  test('the window closes after 24 hours', async () => {
    await greet()
    expect(sandbox.clawbot.limits.windowUntil).toBe(clock.now() + 24 * HOUR_MS)
    await clock.advance(24 * HOUR_MS - 1)
    expect((await client.send('in time')).json.ret).toBe(0)
    await clock.advance(1)
    expect((await client.send('late')).json).toEqual(REFUSED)
    expect(refusal()).toBe('windowClosed')
  })

  test('an attempt during the penalty starts it again', async () => {
    await greet()
    sandbox.clawbot.throttle()
    await clock.advance(HOUR_MS - 1)
    expect((await client.send('too early')).json).toEqual(REFUSED)
    expect(sandbox.clawbot.limits).toMatchObject({ refusal: 'throttled', penaltyUntil: clock.now() + HOUR_MS })
    await clock.advance(HOUR_MS - 1)
    expect(refusal()).toBe('throttled')
    await clock.advance(1)
    expect((await client.send('in time')).json.ret).toBe(0)
  })

  test('a message from the owner ends the penalty', async () => {
    await greet()
    sandbox.clawbot.throttle()
    await greet()
    expect((await client.send('a reply')).json.ret).toBe(0)
  })

  test('a refusal for another reason does not start a penalty', async () => {
    await greet()
    sandbox.clawbot.spendQuota()
    expect((await client.send('a')).json).toEqual(REFUSED)
    expect(sandbox.clawbot.limits).not.toHaveProperty('penaltyUntil')
    sandbox.clawbot.closeWindow()
    expect(refusal()).toBe('windowClosed')
    sandbox.clawbot.openWindow()
    sandbox.clawbot.spendQuota(9)
    expect((await client.send('a')).json.ret).toBe(0)
    expect(refusal()).toBe('quota')
  })

  test('the limits are configurable', async () => {
    await restart({ quota: 1, windowMs: 1000, penaltyMs: 50, holdMs: 10_000 })
    sandbox.clawbot.say('hi')
    expect((await client.poll()).json.longpolling_timeout_ms).toBe(10_000)
    expect((await client.send('a')).json.ret).toBe(0)
    expect(refusal()).toBe('quota')
    sandbox.clawbot.throttle()
    await clock.advance(50)
    expect(sandbox.clawbot.limits).not.toHaveProperty('penaltyUntil')
    await clock.advance(950)
    expect(refusal()).toBe('windowClosed')
    await expect(restart({ quota: 0 })).rejects.toThrow('Invalid ilink.quota 0')
  })

  test.each([
    ['holdMs', 0],
    ['holdMs', -1],
    ['holdMs', 1.5],
    ['holdMs', '35'],
    ['holdMs', Number.POSITIVE_INFINITY],
    ['holdMs', Number.NaN],
    ['qrLifeMs', 2 ** 31],
    ['windowMs', 2 ** 31],
    ['penaltyMs', 2 ** 31],
    ['quota', 1.5],
    ['quota', null],
    ['partsPerReply', -1],
    ['refusesBursts', 1],
    ['pacing', 'yes'],
    ['appFlavor', 'x'],
    ['sendReply', 'x'],
    ['errorShape', 'x'],
    ['idAs', 'bigint'],
    ['uploadUrl', 'zz'],
    ['refusalText', 7],
    ['toString', 1],
    ['quotas', 1],
  ])('the option %s is not %o', async (name, value) => {
    const ilink: any = { [name]: value }
    await expect(startSandbox({ port: 0, ilink })).rejects.toThrow(SandboxError)
    await expect(startSandbox({ port: 0, ilink })).rejects.toThrow(new RegExp(`Invalid ilink.*${name}.*: expected`))
  })

  test('the longest times are accepted, and an omitted value is the default', async () => {
    const longest = 2 ** 31 - 1
    const ilink: any = { holdMs: longest, qrLifeMs: longest, windowMs: longest, penaltyMs: longest, quota: undefined }
    await restart(ilink)
    expect(sandbox.clawbot.limits.quota).toBe(10)
  })

  test.each([Number.NaN, -1, 0, 1.5, Number.POSITIVE_INFINITY])(
    'spending %d of the quota is refused',
    async (count) => {
      await greet()
      sandbox.clawbot.spendQuota(4)
      expect(() => sandbox.clawbot.spendQuota(count)).toThrow(SandboxError)
      expect(sandbox.clawbot.limits.quotaLeft).toBe(6)
    },
  )

  test('closing the window before the first message changes nothing', async () => {
    sandbox.clawbot.closeWindow()
    expect(refusal()).toBe('needsMessage')
    expect(sandbox.clawbot.limits).not.toHaveProperty('windowUntil')
  })

  test('a new binding starts without a window', async () => {
    await greet()
    const next = await new IlinkClient(sandbox.url).login()
    expect((await next.send('a')).json).toEqual(REFUSED)
  })

  test.each([
    [{ refusesBursts: true }, 60_000 * 6, [0, 0, -2]],
    [{ refusesBursts: true }, 0, [0, 0, 0]],
    [{}, 60_000 * 6, [0, 0, 0]],
  ])('%o: three messages at once, %i ms after the message from the owner', async (options, waitMs, expected) => {
    await restart(options)
    await greet()
    await clock.advance(waitMs)
    const rets = []
    for (const content of ['1', '2', '3']) rets.push((await client.send(content)).json.ret)
    expect(rets).toEqual(expected)
    expect(refusal()).toBe(expected.includes(-2) ? 'throttled' : undefined)
  })
})

describe('messages that are accepted but not shown', () => {
  /** Uploads a picture and sends it with changed fields. */
  async function sendPicture(media: object, fields: object = {}): Promise<IlinkReply> {
    const uploaded = await client.upload(FILE, KEY)
    return client.sendItem({
      type: 2,
      image_item: { media: { ...uploaded.media, ...media }, mid_size: uploaded.size, ...fields },
    })
  }

  const HIDDEN: Partial<Record<DropReason, () => Promise<IlinkReply>>> = {
    noClientId: () => client.send('a', { client_id: undefined }),
    reusedClientId: async () => {
      await client.send('first', { client_id: 'same' })
      await sandbox.clawbot.nextMessage()
      return client.send('a', { client_id: 'same' })
    },
    emptyText: () => client.send(''),
    voice: () => client.sendItem({ type: 3, voice_item: {} }),
    toolCall: () => client.sendItem({ type: 11, tool_call_start_item: { tool_name: 'a' } }),
    unknownItem: () => client.sendItem({ type: 7 }),
    unknownReference: () => sendPicture({ encrypt_query_param: 'unknown' }),
    uploadParam: async () => {
      const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
      return sendPicture({ encrypt_query_param: json.upload_param })
    },
  }

  test.each(Object.entries(HIDDEN))('%s', async (reason, send) => {
    await greet()
    const { json } = await send()
    expect(json).toMatchObject({ ret: 0, message_id: expect.any(Number) })
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason }])
    expect(sandbox.clawbot.unread).toEqual([])
  })

  test('the second state of a message is the same client_id', async () => {
    await greet()
    await client.send('a', { client_id: 'same', message_state: 1 })
    await client.send('abc', { client_id: 'same', message_state: 2 })
    expect(sandbox.clawbot.unread.map((message) => message.text)).toEqual(['a'])
  })

  test('text beyond 2,000 characters is cut', async () => {
    await greet()
    expect((await client.send('x'.repeat(2000))).json.ret).toBe(0)
    expect(sandbox.clawbot.dropped).toEqual([])
    await client.send(`${'x'.repeat(2000)}rest`)
    expect(sandbox.clawbot.unread.map((message) => message.text.length)).toEqual([2000, 2000])
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason: 'textCut', text: 'rest' }])
  })

  test('the 11th part of a reply', async () => {
    await restart({ quota: 20 })
    await greet()
    for (let part = 0; part < 11; part++) await client.send(`${part}`)
    expect(sandbox.clawbot.unread).toHaveLength(10)
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason: 'tooManyParts', text: '10' }])
  })

  test('a shadowed bot receives no ids', async () => {
    await greet()
    sandbox.clawbot.shadow()
    expect((await client.send('a')).json).toEqual({ ret: 0 })
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason: 'shadow', text: 'a' }])
    sandbox.clawbot.shadow(false)
    expect((await client.send('b')).json).toHaveProperty('message_id')
    expect(sandbox.clawbot.unread.map((message) => message.text)).toEqual(['b'])
  })

  const GRAY: Partial<Record<DropReason, () => Promise<IlinkReply>>> = {
    grayRawKey: () => sendPicture({ aes_key: KEY.toString('base64') }),
    grayWrongKey: () => sendPicture({ aes_key: Buffer.from('00'.repeat(16)).toString('base64') }),
    grayWrongSize: () => sendPicture({}, { mid_size: FILE.length }),
    grayNoEncryptType: () => sendPicture({ encrypt_type: undefined }),
  }

  test.each(Object.entries(GRAY))('%s: the picture is gray', async (reason, send) => {
    await greet()
    expect((await send()).json.ret).toBe(0)
    expect(sandbox.clawbot.dropped).toMatchObject([{ reason, itemType: 2 }])
    expect(sandbox.clawbot.messages.at(-1)).toMatchObject({ kind: 'image', isBroken: true })
  })
})

describe('uploads', () => {
  const put = async (bytes: Buffer, fields: object = {}, query: Record<string, string> = {}) => {
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY, fields))
    const url = new URL(json.upload_full_url)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return client.putFile(url.href, bytes)
  }

  test('the reply is a header, and an own reference cannot be downloaded', async () => {
    const reply = await put(encrypt(FILE, KEY))
    expect(reply).toMatchObject({ status: 200, text: '' })
    const reference = reply.headers.get('x-encrypted-param') ?? ''
    expect(reference).toMatch(/\+\/==$/)
    const download = await client.request(`/c2c/download?encrypted_query_param=${encodeURIComponent(reference)}`)
    expect(download.status).toBe(400)
    expect(download.headers.get('x-error-message')).toBeTruthy()
  })

  test.each([
    ['fewer bytes', () => put(encrypt(FILE, KEY).subarray(1))],
    ['more bytes', () => put(Buffer.concat([encrypt(FILE, KEY), FILE]))],
    ['another filekey', () => put(encrypt(FILE, KEY), {}, { filekey: 'x' })],
  ])('%s than announced', async (_name, upload) => {
    const { status, headers } = await upload()
    expect(status).toBe(400)
    expect(headers.get('x-error-message')).toBeTruthy()
    expect(headers.get('x-encrypted-param')).toBeNull()
  })

  test('a thumbnail is uploaded under its own parameter', async () => {
    const thumb = { no_need_thumb: false, thumb_rawsize: 3, thumb_filesize: 16, thumb_rawfilemd5: 'x' }
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY, { ...thumb, filekey: 'a' }))
    const query = `encrypted_query_param=${encodeURIComponent(json.thumb_upload_param)}&filekey=a`
    expect((await client.putFile(`/c2c/upload?${query}`, encrypt(Buffer.from('abc'), KEY))).status).toBe(200)
  })

  test('PUT is unknown', async () => {
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY))
    expect((await client.putFile(json.upload_full_url, FILE, { method: 'PUT' })).status).toBe(404)
  })

  test.each([
    ['both', {}, ['ret', 'upload_full_url', 'upload_param']],
    ['full', {}, ['ret', 'upload_full_url']],
    ['param', {}, ['ret', 'upload_param']],
    ['full', { no_need_thumb: undefined }, ['ret', 'upload_param']],
    ['full', { filekey: undefined }, ['ret', 'upload_param']],
    ['both', { no_need_thumb: false }, ['ret', 'upload_param']],
    [
      'both',
      { no_need_thumb: false, thumb_rawsize: 3, thumb_filesize: 16, thumb_rawfilemd5: 'x' },
      ['ret', 'upload_param', 'thumb_upload_param'],
    ],
  ] as const)('uploadUrl %s with %o', async (uploadUrl, fields, expected) => {
    await restart({ uploadUrl })
    const { json } = await client.post('getuploadurl', client.announcement(FILE, KEY, fields))
    expect(Object.keys(json)).toEqual(expected)
  })

  test('the parameter alone leads to an upload as well', async () => {
    await restart({ uploadUrl: 'param' })
    const announcement = client.announcement(FILE, KEY, { filekey: '0'.repeat(32) })
    const { json } = await client.post('getuploadurl', announcement)
    const query = `encrypted_query_param=${encodeURIComponent(json.upload_param)}&filekey=${'0'.repeat(32)}`
    expect((await client.putFile(`/c2c/upload?${query}`, encrypt(FILE, KEY))).status).toBe(200)
    expect(sandbox.warnings).toEqual([])
    // A plus sign that is not encoded means a blank.
    const plain = `encrypted_query_param=${json.upload_param}&filekey=${'0'.repeat(32)}`
    expect((await client.putFile(`/c2c/upload?${plain}`, encrypt(FILE, KEY))).status).toBe(400)
  })
})
