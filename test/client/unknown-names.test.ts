import { SYSTEM, TEXT } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { advanceUntil } from '../support/pass-until.js'
import { type Passing, untilGone, type Wire, wireTo } from '../support/wire.js'

const ROOM = `@@${'a'.repeat(64)}`
const STRANGER = `@${'b'.repeat(32)}`
const SPEAKER = `@${'c'.repeat(32)}`
const DETAILS = 'webwxbatchgetcontact'

const contactDetails = (UserName: string, NickName: string) => ({
  UserName,
  NickName,
  HeadImgUrl: '/x',
  MemberList: [],
})
const ROOM_DETAILS = {
  UserName: ROOM,
  NickName: 'Hikers',
  MemberCount: 1,
  MemberList: [{ UserName: SPEAKER, NickName: 'Linnea' }],
}
const KNOWN: Record<string, object> = { [ROOM]: ROOM_DETAILS, [STRANGER]: contactDetails(STRANGER, 'Bao') }

const reply = (ContactList: unknown[], Ret = 0) =>
  JSON.stringify({ BaseResponse: { Ret, ErrMsg: '' }, Count: ContactList.length, ContactList })

/** The UserNames in a details request. */
const requestedNames = ({ body }: Passing): string[] =>
  JSON.parse(body).List.map((entry: { UserName: string }) => entry.UserName)
const known = (request: Passing) =>
  reply(requestedNames(request).map((name) => KNOWN[name] ?? contactDetails(name, '')))

type Server = (request: Passing) => string | Promise<string | 'cut'>

/** A bot that is online, and a server whose contact details are set by the test. */
async function online(server: Server, clock = new ManualClock()) {
  const sandbox = await sandboxFor()
  const current = { server }
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, { clock })
  const errors = events(bot, 'error')
  const seen: string[] = []
  const watchers = new Set<() => void>()
  bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
    seen.push(`${msg.actualNickName ?? msg.user.NickName}: ${msg.text}`)
    for (const check of watchers) check()
  })
  await bot.login()
  wire.intercept = (request) => (request.endpoint === DETAILS ? current.server(request) : undefined)
  const before = wire.count(DETAILS)
  void bot.run()
  let id = 0
  return {
    sandbox,
    bot,
    wire,
    clock,
    current,
    errors,
    seen,
    requests: () => wire.count(DETAILS) - before,
    requested: (count = 1) => wire.seen(DETAILS, before + count),
    handled: (count: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (seen.length < count) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      }),
    fromRoom: (text: string) =>
      sandbox.raw({ FromUserName: ROOM, MsgType: 1, Content: `${SPEAKER}:<br/>${text}`, MsgId: `7${id++}` } as never),
    fromStranger: (text: string) => sandbox.raw({ FromUserName: STRANGER, MsgType: 1, Content: text } as never),
  }
}

/** Resolves when the client has received everything sent by `say`. */
async function received(wire: Wire, say: () => unknown): Promise<void> {
  const before = wire.count('webwxsync')
  say()
  await wire.seen('webwxsync', before + 1)
  const polls = wire.count('synccheck')
  await wire.seen('synccheck', polls + 1)
}

test('names that arrive in time are included in the message', async () => {
  const { fromRoom, handled, seen, requests } = await online(known)
  fromRoom('hello')
  await handled(1)
  expect(seen).toEqual(['Linnea: hello'])
  expect(requests()).toBe(1)
})

describe('while the request for a name hangs', () => {
  test('messages from friends are handled at once, and messages from the stranger after three seconds', async () => {
    const { sandbox, fromStranger, requested, handled, seen, clock, errors } = await online(untilGone)
    fromStranger('1')
    await requested()
    fromStranger('2')
    sandbox.friend('小满').say('hi')
    await handled(1)
    expect(seen).toEqual(['林小满: hi'])
    await clock.advance(3_000)
    await handled(3)
    expect(seen.slice(1)).toEqual([': 1', ': 2'])
    expect(errors).toEqual([])
  })

  test('the contact of the message is updated and an event is emitted when the name arrives later', async () => {
    let answer = (_: string) => {}
    const { bot, fromStranger, requested, clock } = await online(
      () => new Promise<string>((resolve) => (answer = resolve)),
    )
    const user = new Promise<{ NickName: string }>((resolve) => {
      bot.msgRegister(TEXT, { isFriendChat: true }, (msg) => resolve(msg.user))
    })
    fromStranger('1')
    await requested()
    await clock.advance(3_000)
    const contact = await user
    expect(contact.NickName).toBe('')
    const changes = nextEvent(bot, 'contacts')
    answer(reply([KNOWN[STRANGER]]))
    expect((await changes).added).toEqual([contact])
    expect(contact.NickName).toBe('Bao')
  })
})

describe.each([
  ['1205', reply([], 1205)],
  ['-1', reply([], -1)],
])('a server that replies with code %s', (_, refusal) => {
  test('receives one request for thirty texts, and the texts are handled', async () => {
    const { wire, fromRoom, handled, seen, requests, errors, clock, current, bot } = await online(() => refusal)
    for (let n = 0; n < 30; n++) await received(wire, () => fromRoom(`${n}`))
    await handled(30)
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => `: ${n}`))
    expect([requests(), errors.length]).toEqual([1, 1])
    expect(errors[0]?.error).toMatchObject({ name: 'ServerError', endpoint: DETAILS })
    await advanceUntil(clock, () => errors.length === 2)
    expect(requests()).toBe(2)
    current.server = known
    const changes = nextEvent(bot, 'contacts')
    await advanceUntil(clock, () => requests() === 3)
    expect((await changes).added.map(({ NickName }) => NickName)).toEqual(['Hikers'])
    expect(errors).toHaveLength(2)
  })
})

test('a name is requested again after an empty reply', async () => {
  let isFirst = true
  const { bot, fromRoom, handled, seen, clock, requests } = await online((request) => {
    if (!isFirst) return known(request)
    isFirst = false
    return reply([])
  })
  fromRoom('1')
  await handled(1)
  fromRoom('2')
  await handled(2)
  expect([seen, requests()]).toEqual([[': 1', ': 2'], 1])
  const changes = nextEvent(bot, 'contacts')
  await advanceUntil(clock, () => requests() === 2)
  expect((await changes).added.map(({ NickName }) => NickName)).toEqual(['Hikers'])
  fromRoom('3')
  await handled(3)
  expect(seen[2]).toBe('Linnea: 3')
})

test.each<[string, (room: typeof ROOM_DETAILS) => unknown[]]>([
  ['out of order and mixed with others', (room) => [contactDetails('@x', 'X'), null, room]],
  ['with a count below the length of the list', (room) => [{ ...room, MemberCount: 0 }]],
  ['with a count above the length of the list', (room) => [{ ...room, MemberCount: 500 }]],
  ['sent twice, once without members', (room) => [{ ...room, MemberCount: 0, MemberList: [] }, room]],
])('contact details %s provide the correct names', async (_, list) => {
  const { bot, fromRoom, handled, seen } = await online(() => reply(list(ROOM_DETAILS)))
  fromRoom('hello')
  await handled(1)
  expect(seen).toEqual(['Linnea: hello'])
  expect(bot.match(({ UserName }) => UserName === '@x')).toEqual([])
})

test('a status notification waits for its own names without delaying other messages', async () => {
  let answer = (_: string) => {}
  const { bot, sandbox, requested, handled, seen } = await online(
    () => new Promise<string>((resolve) => (answer = resolve)),
  )
  const uins = new Promise<string[]>((resolve) => {
    bot.msgRegister(
      SYSTEM,
      (msg) => void (msg.systemInfo === 'uins' && msg.text.includes(STRANGER) && resolve(msg.text)),
    )
  })
  sandbox.raw({
    from: sandbox.owner.id,
    MsgType: 51,
    StatusNotifyCode: 2,
    StatusNotifyUserName: STRANGER,
    Content: '&lt;msg&gt;&lt;op id=&apos;2&apos;&gt;&lt;username&gt;wxid_bao&lt;/username&gt;&lt;/op&gt;&lt;/msg&gt;',
  } as never)
  await requested()
  sandbox.friend('小满').say('hi')
  await handled(1)
  expect(seen).toEqual(['林小满: hi'])
  answer(reply([KNOWN[STRANGER]]))
  expect(await uins).toEqual([STRANGER])
})

test('no names are requested after a logout', async () => {
  const { bot, fromStranger, requested, requests, clock } = await online(() => reply([], 1205))
  fromStranger('1')
  await requested()
  await bot.logout()
  for (let step = 0; step < 20; step++) await clock.advance(60_000)
  expect(requests()).toBe(1)
})
