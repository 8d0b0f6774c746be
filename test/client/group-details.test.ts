import type { Chatroom } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { advanceUntil } from '../support/pass-until.js'
import { tampered } from '../support/tampered.js'
import { untilGone, wireTo } from '../support/wire.js'

const DETAILS = 'webwxbatchgetcontact'
const refusal = (Ret: number) => JSON.stringify({ BaseResponse: { Ret, ErrMsg: '' }, Count: 0, ContactList: [] })
const hasMembers = (rooms: readonly Chatroom[]) => rooms.map((room) => room.memberList.length > 0)

describe.each([
  ['code 1205', () => refusal(1205)],
  ['code -1', () => refusal(-1)],
  ['code 1', () => refusal(1)],
  ['HTML', () => '<html></html>'],
  ['a reply whose list is missing', () => '{"BaseResponse":{"Ret":0}}'],
  ['a dropped connection', () => 'cut' as const],
])('when the request for group members results in %s', (_, answer) => {
  test('the login succeeds, and the members are loaded later', async () => {
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox, ({ endpoint }) => (endpoint === DETAILS ? answer() : undefined))
    const clock = new ManualClock()
    const hurry = new AbortController()
    void clock.hurry(10_000, hurry.signal)
    const { lines, logger } = recordingLogger()
    const bot = botFor(wire, { clock, logger })
    const errors = events(bot, 'error')
    await bot.login()
    expect(bot.state).toBe('online')
    const rooms = (await bot.getChatrooms()).slice(1)
    expect(hasMembers(rooms)).not.toContain(true)
    expect(lines.filter((line) => line.includes('still incomplete'))).toHaveLength(1)
    hurry.abort()
    wire.intercept = undefined
    await advanceUntil(clock, () => !hasMembers(rooms).includes(false))
    expect(errors).toEqual([])
  })
})

test('a login waits no longer than a minute for group members', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, (request) => (request.endpoint === DETAILS ? untilGone(request) : undefined))
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  const startedAt = clock.now()
  void bot.login()
  await advanceUntil(clock, () => bot.state === 'online')
  expect(clock.now() - startedAt).toBeLessThanOrEqual(61_000)
  expect(bot.searchFriends({ name: '林小满' })).toHaveLength(1)
})

test('when only the second page of group members is refused, the groups on the first page have members at once', async () => {
  const groups = Array.from({ length: 60 }, (_, n) => ({ topic: `g${n}`, hasMembers: ['a', 'b'] }))
  const sandbox = await sandboxFor({ world: { friends: ['a', 'b'], groups } })
  const wire = await wireTo(sandbox, ({ endpoint, body }) =>
    endpoint === DETAILS && JSON.parse(body).List.length < 50 ? refusal(1205) : undefined,
  )
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  await bot.login()
  const rooms = await bot.getChatrooms()
  const before = hasMembers(rooms).filter(Boolean).length
  expect(before).toBeGreaterThanOrEqual(50)
  wire.intercept = undefined
  await advanceUntil(clock, () => !hasMembers(rooms).includes(false))
})

describe('updateChatroom', () => {
  async function updating(corrupt: (list: any[]) => void) {
    const sandbox = await sandboxFor()
    let isCorrupt = false
    const proxy = await tampered(sandbox, (endpoint, answer) => {
      if (isCorrupt && endpoint === DETAILS) corrupt(answer.ContactList)
    })
    const bot = botFor(proxy)
    await bot.login()
    const room = bot.searchChatrooms({ name: '爬山' })[0] as Chatroom
    const before = room.memberList.length
    isCorrupt = true
    return { bot, room, before, update: () => bot.updateChatroom(room) }
  }

  test('clears the members of a group that this account has left, and reports only this account as having left', async () => {
    const { bot, room, update } = await updating(([group]) => Object.assign(group, { MemberCount: 0, MemberList: [] }))
    const changes = nextEvent(bot, 'contacts')
    expect((await update()).memberList).toEqual([])
    expect((await changes).left.map(({ member }) => member.UserName)).toEqual([bot.searchFriends().UserName])
    expect(room.MemberCount).toBe(0)
  })

  test('rejects for a group that no longer exists on the server', async () => {
    const { update } = await updating((list) =>
      list.splice(0, 1, { UserName: list[0].UserName, NickName: '', MemberList: [] }),
    )
    expect(await failureOf(update())).toMatchObject({ name: 'ArgumentError', argument: 'userName' })
  })

  test.each<[string, (list: any[]) => void]>([
    ['a count but no members', ([group]) => Object.assign(group, { MemberCount: 9, MemberList: [] })],
    [
      'members without names',
      ([group]) => {
        for (const member of group.MemberList) member.NickName = ''
      },
    ],
    ['no group', (list) => list.splice(0)],
    ['another group', ([group]) => Object.assign(group, { UserName: '@@other' })],
  ])('rejects a reply with %s, and keeps the members', async (_, corrupt) => {
    const { room, before, update } = await updating(corrupt)
    expect(await failureOf(update())).toMatchObject({ name: 'ProtocolError', endpoint: DETAILS })
    expect(room.memberList).toHaveLength(before)
  })

  test('merges a group that arrives in two parts', async () => {
    const { before, update } = await updating((list) => {
      const [group] = list
      const [first, second] = [group.MemberList.slice(0, 2), group.MemberList.slice(2)]
      list.splice(0, 1, { ...group, MemberList: first }, { ...group, MemberList: second })
    })
    expect((await update()).memberList).toHaveLength(before)
  })
})

test('getFriends({ update: true }) keeps friends whose entries are unreadable, and emits one error event', async () => {
  const sandbox = await sandboxFor()
  let isCorrupt = false
  const proxy = await tampered(sandbox, (endpoint, answer) => {
    if (!isCorrupt || endpoint !== 'webwxgetcontact') return
    answer.MemberList = answer.MemberList.map((entry: any, index: number) =>
      index % 2 ? { ...entry, UserName: null } : entry,
    )
  })
  const bot = botFor(proxy)
  const [errors, changes] = [events(bot, 'error'), events(bot, 'contacts')]
  await bot.login()
  const before = (await bot.getFriends()).length
  isCorrupt = true
  expect(await bot.getFriends({ update: true })).toHaveLength(before)
  expect(changes.flatMap(({ removed }) => removed)).toEqual([])
  expect(errors).toMatchObject([{ error: { name: 'ProtocolError', endpoint: 'webwxgetcontact' } }])
})

test.each([
  [
    'fewer entries than announced',
    (answer: any) => Object.assign(answer, { MemberList: answer.MemberList.slice(0, 3) }),
  ],
  ['an empty list', (answer: any) => Object.assign(answer, { MemberCount: 0, MemberList: [] })],
])('getFriends({ update: true }) keeps every friend after a reply with %s', async (_, corrupt) => {
  const sandbox = await sandboxFor()
  let isCorrupt = false
  const proxy = await tampered(sandbox, (endpoint, answer) => {
    if (isCorrupt && endpoint === 'webwxgetcontact') corrupt(answer)
  })
  const bot = botFor(proxy)
  const errors = events(bot, 'error')
  await bot.login()
  const before = (await bot.getFriends()).length
  isCorrupt = true
  expect(await bot.getFriends({ update: true })).toHaveLength(before)
  expect(errors).toHaveLength(1)
})
