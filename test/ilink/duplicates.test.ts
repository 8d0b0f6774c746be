import { setImmediate as turn } from 'node:timers/promises'
import { type AutoLoginOptions, Itchat, PICTURE, TEXT } from 'itchat'
import { ilink } from 'itchat/ilink'
import { describe, expect, onTestFinished, test } from 'vitest'
import { quiet } from '../support/bot.js'
import { gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { folder, hotReload } from '../support/restarts.js'
import { OWNER, scriptedServer } from './scripted-server.js'

const SENT_AT_MS = 1_795_761_198_000
const MINUTE_MS = 60_000

/** JSON of a message; `fields` are JSON as well, and `undefined` leaves a field out. */
function message(fields: Record<string, string | undefined> = {}): string {
  const all: Record<string, string | undefined> = {
    seq: '41',
    message_id: '7497484083968569736',
    client_id: '"c-41"',
    from_user_id: JSON.stringify(OWNER),
    to_user_id: '"cafe00000001@im.bot"',
    create_time_ms: String(SENT_AT_MS),
    message_type: '1',
    message_state: '2',
    context_token: '"token-1"',
    item_list: textItems('hello'),
    ...fields,
  }
  const members = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : `"${name}":${value}`))
  return `{${members.join()}}`
}

const textItems = (...texts: string[]) => JSON.stringify(texts.map((text) => ({ type: 1, text_item: { text } })))

const pictureItem = (reference: string) => {
  const media = { encrypt_query_param: reference, aes_key: 'AAECAwQFBgcICQoLDA0ODw==', full_url: `/${reference}` }
  return JSON.stringify([{ type: 2, image_item: { media, aeskey: '00'.repeat(16), mid_size: 5008 } }])
}

/** Ids that differ only in the digits that a JavaScript number loses. */
const NEW_ID = '7497484083968569737'

interface Delivery {
  messages: readonly string[]
  /** JSON of the cursor in the reply. Default: a new one. */
  cursor?: string | undefined
}

/** Ways in which the server has been seen to deliver a message again. @see docs/ilink.md §4 */
const REDELIVERIES: readonly [how: string, afterMs: number, first: Delivery, again: Delivery][] = [
  ['unchanged after a second', 1_000, { messages: [message()] }, { messages: [message()] }],
  ['in the same reply', 0, { messages: [message(), message()] }, { messages: [] }],
  [
    'with another context token after 11 s',
    11_000,
    { messages: [message()] },
    { messages: [message({ context_token: '"token-2"', seq: '42' })] },
  ],
  [
    'under a new message id after 5 s',
    5_000,
    { messages: [message()] },
    { messages: [message({ message_id: NEW_ID, seq: '42' })] },
  ],
  [
    'under a new message id without client ids',
    5_000,
    { messages: [message({ client_id: undefined })] },
    { messages: [message({ client_id: undefined, message_id: NEW_ID, context_token: '"token-2"' })] },
  ],
  [
    'with its message id as a string',
    5_000,
    { messages: [message()] },
    { messages: [message({ message_id: '"7497484083968569736"', client_id: undefined })] },
  ],
  [
    'first without a message id',
    5_000,
    { messages: [message({ message_id: undefined })] },
    { messages: [message({ client_id: '"c-41"' })] },
  ],
  [
    'with an unmoved cursor after 9 s',
    9_000,
    { messages: [message()], cursor: '"c"' },
    { messages: [message()], cursor: '"c"' },
  ],
  ['with an empty cursor', 9_000, { messages: [message()], cursor: '""' }, { messages: [message()], cursor: '""' }],
  [
    'without a cursor',
    9_000,
    { messages: [message()], cursor: undefined },
    { messages: [message()], cursor: undefined },
  ],
  ['after 50 min', 50 * MINUTE_MS, { messages: [message()] }, { messages: [message()] }],
  [
    'as a part of a larger reply',
    1_000,
    { messages: [message()] },
    { messages: [message(), message({ message_id: NEW_ID, client_id: '"c-41"' })] },
  ],
]

/** Starts bots that share one server and one clock. */
async function start() {
  const server = await scriptedServer()
  const clock = new AutoAdvanceClock()
  const handled: string[] = []
  return {
    server,
    clock,
    handled,
    async bot(login: AutoLoginOptions, onText: (text: string) => unknown = () => {}): Promise<Itchat> {
      const bot = new Itchat({ transport: ilink({ baseUrl: server.url }), clock, logger: quiet })
      onTestFinished(() => bot.close())
      bot.msgRegister(TEXT, async ({ text }) => {
        handled.push(text)
        await onText(text)
      })
      bot.msgRegister(PICTURE, ({ msgId }) => void handled.push(`picture ${msgId}`))
      await bot.autoLogin({ qrCallback: () => {}, ...login })
      void bot.run()
      return bot
    },
    /** Delivers a last message and resolves to what has been handled before it. */
    async end(): Promise<string[]> {
      const last = {
        message_id: '9',
        client_id: '"c-9"',
        create_time_ms: String(SENT_AT_MS + 1),
        item_list: textItems('end'),
      }
      await server.deliver({ messages: [message(last)] })
      while (handled.at(-1) !== 'end') await turn()
      return handled.slice(0, -1)
    },
  }
}

const JOURNALS: readonly [name: string, login: () => AutoLoginOptions][] = [
  ['with a journal', () => hotReload(folder())],
  ['without a journal', () => ({})],
]

describe.each(JOURNALS)('%s', (_, login) => {
  test.each(REDELIVERIES)('a message delivered again %s is handled once', async (_how, afterMs, first, again) => {
    const { bot, clock, server, end } = await start()
    await bot(login())
    await server.deliver(first)
    clock.skip(afterMs)
    await server.deliver(again)
    expect(await end()).toEqual(['hello'])
  })

  test('a message delivered again while its handler is still running is handled once', async () => {
    const { bot, clock, server, end, handled } = await start()
    const release = gate()
    await bot(login(), (text) => (text === 'hello' ? release.opened : undefined))
    await server.deliver({ messages: [message()] })
    while (handled.length === 0) await turn()
    clock.skip(45 * MINUTE_MS)
    await server.deliver({ messages: [message({ message_id: NEW_ID })] })
    release.open()
    expect(await end()).toEqual(['hello'])
  })

  test('each item of a message delivered again under a new id is handled once', async () => {
    const { bot, server, end } = await start()
    await bot(login())
    const items = { item_list: textItems('ha', 'ha', 'ho') }
    await server.deliver({ messages: [message(items)] })
    await server.deliver({ messages: [message({ ...items, message_id: NEW_ID })] })
    expect(await end()).toEqual(['ha', 'ha', 'ho'])
  })

  test('a picture delivered again under a new id and with a new reference is handled once', async () => {
    const { bot, server, end } = await start()
    await bot(login())
    const picture = (reference: string) => ({ item_list: pictureItem(reference), client_id: undefined })
    await server.deliver({ messages: [message(picture('one'))] })
    await server.deliver({ messages: [message({ ...picture('two'), message_id: NEW_ID })] })
    expect(await end()).toEqual(['picture 7497484083968569736'])
  })

  test.each([
    ['with ids of their own', { message_id: NEW_ID, client_id: '"c-42"', create_time_ms: String(SENT_AT_MS + 900) }],
    ['a millisecond apart', { message_id: NEW_ID, client_id: '"c-42"', create_time_ms: String(SENT_AT_MS + 1) }],
    ['without client ids', { message_id: NEW_ID, client_id: undefined, create_time_ms: String(SENT_AT_MS + 900) }],
  ])('the same text written twice is two messages: %s', async (_how, second) => {
    const { bot, server, end } = await start()
    await bot(login())
    const client = second.client_id === undefined ? { client_id: undefined } : {}
    await server.deliver({ messages: [message(client)] })
    await server.deliver({ messages: [message(second)] })
    expect(await end()).toEqual(['hello', 'hello'])
  })

  test('messages without anything to recognize them by are all handled', async () => {
    const { bot, server, end } = await start()
    await bot(login())
    const anonymous = message({ message_id: undefined, client_id: undefined, create_time_ms: undefined })
    await server.deliver({ messages: [anonymous] })
    await server.deliver({ messages: [anonymous] })
    expect(await end()).toEqual(['hello', 'hello'])
  })
})

test.each(REDELIVERIES)(
  'a message delivered again %s, after a restart 23 hours later, is handled once',
  async (...row) => {
    const [, , first, again] = row
    const { bot, clock, server, end } = await start()
    const login = hotReload(folder())
    const former = await bot(login)
    await server.deliver(first)
    await former.close()
    clock.skip(23 * 60 * MINUTE_MS)
    await bot(login)
    await server.deliver(again)
    expect(await end()).toEqual(['hello'])
  },
)

test('the same text written once before and once after a restart is two messages', async () => {
  const { bot, server, end } = await start()
  const login = hotReload(folder())
  const former = await bot(login)
  await server.deliver({ messages: [message()] })
  await former.close()
  await bot(login)
  const second = { message_id: NEW_ID, client_id: '"c-42"', create_time_ms: String(SENT_AT_MS + 900) }
  await server.deliver({ messages: [message(second)] })
  expect(await end()).toEqual(['hello', 'hello'])
})
