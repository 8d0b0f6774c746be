import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { failureOf } from '../support/gate.js'
import { decrypt } from './support/ilink-client.js'
import { client, clock, restart, sandbox, startBeforeEach } from './support/ilink-scene.js'
import { WireClient } from './support/wire-client.js'

startBeforeEach()

/** Starts a poll and waits until the sandbox holds it. */
async function held() {
  const isHeld = sandbox.held('getupdates')
  const reply = client.poll()
  await isHeld
  return { reply }
}

const firstItem = async () => (await client.poll()).json.msgs[0].item_list[0]

describe('receiving', () => {
  test('a message ends the poll; its id is a number with all its digits', async () => {
    const { reply } = await held()
    const said = sandbox.clawbot.say('你好')
    expect(said).toMatchObject({ chatId: 'clawbot', origin: 'phone', text: '你好' })
    const { text, json } = await reply
    expect(said.id).toMatch(/^\d{19}$/)
    expect(text).toContain(`"message_id":${said.id},`)
    expect(json).toMatchObject({
      ret: 0,
      longpolling_timeout_ms: 35_000,
      msgs: [
        {
          seq: 1,
          client_id: `c-${said.id}`,
          from_user_id: client.userId,
          to_user_id: client.botId,
          create_time_ms: clock.now(),
          message_type: 1,
          message_state: 2,
          context_token: expect.stringMatching(/^AARz.{130,}/),
          item_list: [{ type: 1, text_item: { text: '你好' } }],
        },
      ],
    })
    expect(sandbox.clawbot.messages[0]?.delivered).toBe(true)
    expect(sandbox.clawbot.view.binding).toMatchObject({ online: true, notified: { starts: 1, stops: 0 } })
    await client.post('msg/notifystop')
    expect(sandbox.clawbot.notified).toEqual({ starts: 1, stops: 1 })
    expect(sandbox.clawbot.view.binding?.online).toBe(false)
    expect(sandbox.warnings).toEqual([])
  })

  test('an idle poll ends after the hold', async () => {
    const { reply } = await held()
    await clock.advance(35_000)
    expect((await reply).json).toMatchObject({ ret: 0, msgs: [], longpolling_timeout_ms: 35_000 })
  })

  test('messages of one turn share a reply; the cursor acknowledges on delivery', async () => {
    sandbox.clawbot.say('one')
    sandbox.clawbot.say('two')
    const before = client.cursor
    const { json } = await client.poll()
    expect(json.msgs.map((message: any) => message.item_list[0].text_item.text)).toEqual(['one', 'two'])
    sandbox.clawbot.say('three')
    const again = await client.poll({ get_updates_buf: before })
    expect(again.json.msgs.map((message: any) => message.item_list[0].text_item.text)).toEqual(['three'])
  })

  test('messages wait while no program polls, also under an expired token', async () => {
    sandbox.clawbot.expireToken({ isRevivable: true })
    sandbox.clawbot.say('kept')
    await client.start()
    expect((await client.poll()).json.msgs).toHaveLength(1)
  })

  test('two polls take messages from each other', async () => {
    const first = await held()
    const second = client.poll()
    sandbox.clawbot.say('only once')
    await clock.advance(0)
    await expect.poll(() => sandbox.requests.filter(({ endpoint }) => endpoint === 'getupdates')).toHaveLength(2)
    await clock.advance(35_000)
    const replies = await Promise.all([first.reply, second])
    expect(replies.flatMap(({ json }) => json.msgs)).toHaveLength(1)
  })

  test('several items in one message', async () => {
    sandbox.clawbot.sendTogether({ kind: 'text', text: 'look' }, { kind: 'image' })
    const { msgs } = (await client.poll()).json
    expect(msgs).toHaveLength(1)
    expect(msgs[0].item_list.map(({ type }: any) => type)).toEqual([1, 2])
    expect(sandbox.clawbot.messages.map(({ kind }) => kind)).toEqual(['text', 'image'])
  })

  test.each([
    ['image', 2, 'image_item'],
    ['voice', 3, 'voice_item'],
    ['file', 4, 'file_item'],
    ['video', 5, 'video_item'],
  ] as const)('%s: the file is encrypted', async (kind, type, member) => {
    const bytes = Buffer.from(`bytes of a ${kind}`)
    sandbox.clawbot.send({ kind, bytes, name: `my.${kind}` })
    const item = await firstItem()
    expect(item.type).toBe(type)
    const { media } = item[member]
    const key = Buffer.from(Buffer.from(media.aes_key, 'base64').toString(), 'hex')
    const download = await client.request(media.full_url)
    expect(download.headers.get('content-length')).toBe(String(download.bytes.length))
    expect(decrypt(download.bytes, key)).toEqual(bytes)
    const built = `/c2c/download?encrypted_query_param=${encodeURIComponent(media.encrypt_query_param)}`
    expect((await client.request(built)).bytes).toEqual(download.bytes)
    const md5 = createHash('md5').update(bytes).digest('hex')
    const details = {
      image: { aeskey: key.toString('hex'), mid_size: download.bytes.length },
      voice: { playtime: 0, sample_rate: 16_000 },
      file: { file_name: 'my.file', md5, len: String(bytes.length) },
      video: { video_size: download.bytes.length, video_md5: md5 },
    }
    expect(item[member]).toMatchObject(details[kind])
    expect(sandbox.warnings).toEqual([])
  })

  test('samples are sent when nothing is given, and voice has a transcript on request', async () => {
    sandbox.clawbot.send({ kind: 'voice', transcript: '好的' })
    expect((await firstItem()).voice_item).toMatchObject({ text: '好的', playtime: 5148 })
    sandbox.clawbot.send({ kind: 'voice' })
    expect((await firstItem()).voice_item).not.toHaveProperty('text')
  })

  test('unknown items and raw messages', async () => {
    sandbox.clawbot.sendItem({ type: 9, sticker_item: { id: 1 } })
    expect(await firstItem()).toEqual({ type: 9, sticker_item: { id: 1 } })
    const id = sandbox.clawbot.raw({ item_list: [], message_type: 2 })
    const { text, json } = await client.poll()
    expect(json.msgs).toMatchObject([{ item_list: [], message_type: 2 }])
    expect(text).toContain(`"message_id":${id},`)
    expect(sandbox.clawbot.messages).toMatchObject([
      { kind: 'unknown', content: { msgType: 9, fields: { sticker_item: '{"id":1}' } } },
    ])
  })

  test.each([
    [{}, 5, 5],
    [{}, '5', '5'],
    [{ idAs: 'string' as const }, 5, '5'],
    [{ idAs: 'string' as const }, 2n ** 60n, String(2n ** 60n)],
  ])('%o: the id of a raw message, %o, is sent as %o', async (options, id, expected) => {
    await restart(options)
    sandbox.clawbot.raw({ message_id: id })
    expect((await client.poll()).json.msgs[0].message_id).toBe(expected)
  })

  test.each([
    ['raw fields', (circular: object) => sandbox.clawbot.raw({ circular })],
    ['an item', (circular: object) => sandbox.clawbot.sendItem({ type: 9, circular: 2, other: circular })],
  ])('%s that cannot be sent are refused, and other messages arrive', async (_name, write) => {
    const circular: { self?: object } = {}
    circular.self = circular
    sandbox.clawbot.say('before')
    expect(() => write(circular)).toThrow()
    sandbox.clawbot.say('after')
    expect((await client.poll()).json.msgs).toHaveLength(2)
  })

  test('the Web half does not deliver the ClawBot chat', async () => {
    const web = await new WireClient(sandbox.url).login()
    const said = sandbox.clawbot.say('hi')
    await client.poll()
    await client.send('hello')
    const names = new Set([said.chatId, 'ClawBot'])
    const { json } = await web.sync()
    expect(json.AddMsgList).toEqual([])
    expect((await web.init()).json.ContactList.filter(({ NickName }: any) => names.has(NickName))).toEqual([])
  })
})

describe('quotes', () => {
  test('new apps send the id, with all its digits', async () => {
    const said = sandbox.clawbot.say('which one?')
    sandbox.clawbot.quote(said, 'this')
    const { text, json } = await client.poll()
    expect(json.msgs[1].item_list[0].text_item.text).toBe('this')
    expect(text).toContain(`"ref_msg":{"svr_id":${said.id}}`)
  })

  test('a message of the bot can be quoted by the id that sendmessage returned', async () => {
    sandbox.clawbot.say('hi')
    await client.poll()
    const sent = await client.send('from the bot')
    const shown = await sandbox.clawbot.nextMessage()
    expect(sent.text).toContain(`"message_id":${shown.id}`)
    sandbox.clawbot.quote(shown, 'yes')
    expect((await client.poll()).text).toContain(`"svr_id":${shown.id}`)
  })

  test('old apps include the item', async () => {
    await restart({ appFlavor: 'old', idAs: 'string' })
    const said = sandbox.clawbot.say('which one?')
    sandbox.clawbot.quote(said, 'this')
    const item = (await client.poll()).json.msgs[1].item_list[0]
    expect(item.ref_msg).toEqual({
      title: 'which one?',
      message_item: { type: 1, text_item: { text: 'which one?' }, msg_id: said.id },
    })
  })

  test('a partial quote counts occurrences from the start', async () => {
    const body = 'one two, one two, one two'
    const said = sandbox.clawbot.say(body)
    sandbox.clawbot.quote(said, 'this', { partial: 'two, one two, one' })
    const { partial_text } = (await client.poll()).json.msgs[1].item_list[0].ref_msg
    expect(partial_text).toEqual({
      start: 'two, one',
      end: 'two, one',
      startindex: 0,
      endindex: 1,
      quotemd5: createHash('md5').update('two, one two, one').digest('hex'),
    })
    expect(() => sandbox.clawbot.quote(said, 'x', { partial: 'absent' })).toThrow('Invalid partial')
  })
})

describe('sending', () => {
  beforeEach(async () => {
    sandbox.clawbot.say('hi')
    await client.poll()
  })

  test('text appears in the chat, and the reply has its id', async () => {
    const { text, json } = await client.send('你好')
    const shown = await sandbox.clawbot.nextMessage()
    expect(shown).toMatchObject({ chatId: 'clawbot', kind: 'text', text: '你好', replyMs: 0 })
    expect(json.ret).toBe(0)
    expect(text).toBe(`{"ret":0,"message_id":${shown.id}}`)
    expect(sandbox.clawbot.dropped).toEqual([])
    expect(sandbox.warnings).toEqual([])
  })

  test.each([
    ['image', 1, { type: 2 }, 'image_item', (size: number) => ({ mid_size: size })],
    ['video', 2, { type: 5 }, 'video_item', (size: number) => ({ video_size: size })],
    ['file', 3, { type: 4 }, 'file_item', () => ({ file_name: 'note.txt', len: '13' })],
  ] as const)('%s: the sandbox decrypts what was uploaded', async (kind, mediaType, item, member, fields) => {
    const bytes = Buffer.from('thirteen byte')
    const { media, size } = await client.upload(bytes, Buffer.alloc(16, 7), { media_type: mediaType })
    const { json } = await client.sendItem({ ...item, [member]: { media, ...fields(size) } })
    expect(json.ret).toBe(0)
    const shown = await sandbox.clawbot.nextMessage()
    expect(shown).toMatchObject({ kind, sizeBytes: 13, name: kind === 'file' ? 'note.txt' : '' })
    expect(await shown.bytes()).toEqual(bytes)
    expect(sandbox.clawbot.messages.at(-1)).not.toHaveProperty('isBroken')
    expect(sandbox.clawbot.dropped).toEqual([])
    expect(sandbox.warnings).toEqual([])
  })

  test.each([
    [0, 16],
    [200_000, 200_016],
  ])('a file of %i bytes', async (sizeBytes, encryptedBytes) => {
    const bytes = Buffer.alloc(sizeBytes, 3)
    const { media, size } = await client.upload(bytes, Buffer.alloc(16, 7), { media_type: 3 })
    expect(size).toBe(encryptedBytes)
    await client.sendItem({ type: 4, file_item: { media, file_name: 'zeros', len: String(sizeBytes) } })
    const shown = await sandbox.clawbot.nextMessage()
    expect(await shown.bytes()).toEqual(bytes)
    expect(sandbox.warnings).toEqual([])
  })

  test.each([
    ['id', /^\{"ret":0,"message_id":\d{19}\}$/],
    ['ret', /^\{"ret":0\}$/],
    ['object', /^\{\}$/],
    ['empty', /^$/],
  ] as const)('sendReply %s', async (sendReply, expected) => {
    await restart({ sendReply })
    sandbox.clawbot.say('hi')
    await client.poll()
    expect((await client.send('hello')).text).toMatch(expected)
    expect((await sandbox.clawbot.nextMessage()).text).toBe('hello')
  })

  test('the typing indicator', async () => {
    const ilink_user_id = client.userId
    const { json } = await client.post('getconfig', { ilink_user_id })
    const typing = (status: number) =>
      client.post('sendtyping', { ilink_user_id, typing_ticket: json.typing_ticket, status })
    await typing(1)
    expect(sandbox.clawbot.typing).toBe(true)
    await typing(2)
    expect(sandbox.clawbot.typing).toBe(false)
    expect(sandbox.warnings).toEqual([])
  })

  test('nextMessage says why there is nothing', async () => {
    await client.send('')
    const failure = await failureOf(sandbox.clawbot.nextMessage({ timeoutMs: 0 }))
    expect(String(failure)).toContain('ClawBot')
    expect(String(failure)).toContain('emptyText')
  })
})

test.each(['abc', '', '1'.repeat(20), '-1', '1.5'])('a quote of the message %j is refused', async (quotedId) => {
  sandbox.clawbot.say('before')
  const quote = { kind: 'quote', text: 'a', quotedId, quotedText: 'b' } as const
  expect(() => sandbox.clawbot.send(quote)).toThrow('Unknown quotedId')
  const body = JSON.stringify({ speaker: sandbox.owner.id, ...quote })
  const headers = { 'content-type': 'application/json' }
  const reply = await client.request('/api/chats/clawbot/messages', { method: 'POST', headers, body })
  expect(reply.status).toBeGreaterThanOrEqual(400)
  expect(reply.status).toBeLessThan(500)
  expect((await client.poll()).json.msgs).toHaveLength(1)
})

test('the control API shows and controls the same', async () => {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return await client.request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const owner = sandbox.owner.id
  const said = await post('/api/chats/clawbot/messages', { speaker: owner, text: 'from the page' })
  expect(said.json).toMatchObject({ chatId: 'clawbot', text: 'from the page', origin: 'phone' })
  const quoted = { kind: 'quote', text: 're', quotedId: said.json.id, quotedText: 'page' }
  expect((await post('/api/chats/clawbot/messages', { speaker: owner, ...quoted })).status).toBe(200)
  expect((await post('/api/chats/clawbot/messages', { speaker: owner, kind: 'sticker' })).status).toBe(400)
  expect((await post('/api/chats/clawbot/messages', { speaker: 'wxid_x', text: 'x' })).status).toBe(400)
  const { json } = await client.poll()
  expect(json.msgs[1].item_list[0].ref_msg.partial_text.start).toBe('page')
  expect((await post('/api/clawbot/throttle', {})).json.limits).toMatchObject({ refusal: 'throttled' })
  expect((await post('/api/clawbot/confirm', {})).status).toBe(409)
  expect((await post('/api/clawbot/unknown', {})).status).toBe(404)
  const state = await client.request('/api/state')
  expect(state.json.clawbot).toEqual(JSON.parse(JSON.stringify(sandbox.clawbot.view)))
  expect(state.json.chats.find(({ id }: any) => id === 'clawbot')).toMatchObject({ kind: 'clawbot', name: 'ClawBot' })
  expect((await client.request('/api/chats/clawbot/messages')).json).toHaveLength(2)
  expect(sandbox.events.some(({ type }) => type === 'clawbot')).toBe(true)
  expect((await post(`/api/messages/${said.json.id}/recall`, {})).status).toBe(409)
})
