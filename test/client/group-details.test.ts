import type { Chatroom } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, events, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { passUntil } from '../support/pass-until.js'
import { tampered } from '../support/tampered.js'
import { untilGone, wireTo } from '../support/wire.js'

const DETAILS = 'webwxbatchgetcontact'
const refusal = (Ret: number) => JSON.stringify({ BaseResponse: { Ret, ErrMsg: '' }, Count: 0, ContactList: [] })
const members = (rooms: readonly Chatroom[]) => rooms.map((room) => room.memberList.length > 0)

describe.each([
  ['1205', () => refusal(1205)],
  ['-1', () => refusal(-1)],
  ['1', () => refusal(1)],
  ['HTML', () => '<html></html>'],
  ['a reply without its list', () => '{"BaseResponse":{"Ret":0}}'],
  ['a connection that breaks', () => 'cut' as const],
])('when the members of all groups are answered with %s', (_, answer) => {
  test('the login goes through, and they come later', async () => {
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
    expect(members(rooms)).not.toContain(true)
    expect(lines.filter((line) => line.includes('not complete'))).toHaveLength(1)
    hurry.abort()
    wire.trouble = undefined
    await passUntil(clock, () => !members(rooms).includes(false))
    expect(errors).toEqual([])
  })
})

test('a login does not wait longer than a minute for a reply that hangs', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox, (request) => (request.endpoint === DETAILS ? untilGone(request) : undefined))
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  const startedAt = clock.now()
  void bot.login()
  await passUntil(clock, () => bot.state === 'online')
  expect(clock.now() - startedAt).toBeLessThanOrEqual(61_000)
  expect(bot.searchFriends({ name: '林小满' })).toHaveLength(1)
})

test('the second page alone is refused: the groups of the first are whole at once', async () => {
  const groups = Array.from({ length: 60 }, (_, n) => ({ topic: `g${n}`, members: ['a', 'b'] }))
  const sandbox = await sandboxFor({ world: { friends: ['a', 'b'], groups } })
  const wire = await wireTo(sandbox, ({ endpoint, body }) =>
    endpoint === DETAILS && JSON.parse(body).List.length < 50 ? refusal(1205) : undefined,
  )
  const clock = new ManualClock()
  const bot = botFor(wire, { clock })
  await bot.login()
  const rooms = await bot.getChatrooms()
  const before = members(rooms).filter(Boolean).length
  expect(before).toBeGreaterThanOrEqual(50)
  wire.trouble = undefined
  await passUntil(clock, () => !members(rooms).includes(false))
})

describe('updateChatroom', () => {
  async function updating(spoil: (list: any[]) => void) {
    const sandbox = await sandboxFor()
    let isSpoilt = false
    const door = await tampered(sandbox, (endpoint, answer) => {
      if (isSpoilt && endpoint === DETAILS) spoil(answer.ContactList)
    })
    const bot = botFor(door)
    await bot.login()
    const room = bot.searchChatrooms({ name: '爬山' })[0] as Chatroom
    const before = room.memberList.length
    isSpoilt = true
    return { bot, room, before, update: () => bot.updateChatroom(room) }
  }

  test('of a group one was removed from: no members, and only the own account has left', async () => {
    const { bot, room, update } = await updating(([group]) => Object.assign(group, { MemberCount: 0, MemberList: [] }))
    const told = nextEvent(bot, 'contacts')
    expect((await update()).memberList).toEqual([])
    expect((await told).left.map(({ member }) => member.UserName)).toEqual([bot.searchFriends().UserName])
    expect(room.MemberCount).toBe(0)
  })

  test('of a group that the server does not know any more: an error', async () => {
    const { update } = await updating((list) =>
      list.splice(0, 1, { UserName: list[0].UserName, NickName: '', MemberList: [] }),
    )
    expect(await failureOf(update())).toMatchObject({ name: 'ArgumentError', argument: 'userName' })
  })

  test.each<[string, (list: any[]) => void]>([
    ['a count, but no members', ([group]) => Object.assign(group, { MemberCount: 9, MemberList: [] })],
    [
      'members without names',
      ([group]) => {
        for (const one of group.MemberList) one.NickName = ''
      },
    ],
    ['no group', (list) => list.splice(0)],
    ['another group', ([group]) => Object.assign(group, { UserName: '@@other' })],
  ])('with %s: an error, and everything stays', async (_, spoil) => {
    const { room, before, update } = await updating(spoil)
    expect(await failureOf(update())).toMatchObject({ name: 'ProtocolError', endpoint: DETAILS })
    expect(room.memberList).toHaveLength(before)
  })

  test('of a group in two pieces: both count', async () => {
    const { before, update } = await updating((list) => {
      const [group] = list
      const [first, second] = [group.MemberList.slice(0, 2), group.MemberList.slice(2)]
      list.splice(0, 1, { ...group, MemberList: first }, { ...group, MemberList: second })
    })
    expect((await update()).memberList).toHaveLength(before)
  })
})

test('getFriends({ update: true }): unreadable entries remove no friends and are reported once', async () => {
  const sandbox = await sandboxFor()
  let isSpoilt = false
  const door = await tampered(sandbox, (endpoint, answer) => {
    if (!isSpoilt || endpoint !== 'webwxgetcontact') return
    answer.MemberList = answer.MemberList.map((one: any, index: number) =>
      index % 2 ? { ...one, UserName: null } : one,
    )
  })
  const bot = botFor(door)
  const [errors, news] = [events(bot, 'error'), events(bot, 'contacts')]
  await bot.login()
  const before = (await bot.getFriends()).length
  isSpoilt = true
  expect(await bot.getFriends({ update: true })).toHaveLength(before)
  expect(news.flatMap((one) => one.removed)).toEqual([])
  expect(errors).toMatchObject([{ error: { name: 'ProtocolError', endpoint: 'webwxgetcontact' } }])
})

test.each([
  ['announced and not sent', (answer: any) => Object.assign(answer, { MemberList: answer.MemberList.slice(0, 3) })],
  ['none at all', (answer: any) => Object.assign(answer, { MemberCount: 0, MemberList: [] })],
])('getFriends({ update: true }) with entries that are %s keeps every friend', async (_, spoil) => {
  const sandbox = await sandboxFor()
  let isSpoilt = false
  const door = await tampered(sandbox, (endpoint, answer) => {
    if (isSpoilt && endpoint === 'webwxgetcontact') spoil(answer)
  })
  const bot = botFor(door)
  const errors = events(bot, 'error')
  await bot.login()
  const before = (await bot.getFriends()).length
  isSpoilt = true
  expect(await bot.getFriends({ update: true })).toHaveLength(before)
  expect(errors).toHaveLength(1)
})
