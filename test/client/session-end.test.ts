import { type Itchat, LoggedOutError, TEXT } from 'itchat'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answering, pollAnswer, retAnswer, skipPauses } from '../support/answers.js'
import { botFor, events, nextEvent, sandboxFor } from '../support/bot.js'
import { echoBot, states } from '../support/echo-bot.js'
import { failureOf, gate } from '../support/gate.js'
import { ManualClock } from '../support/manual-clock.js'
import { wireTo } from '../support/wire.js'

const HOUR_MS = 3_600_000

/** Backoffs are half of their maximum. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0.5))
afterEach(() => void vi.restoreAllMocks())

const REASONS = [
  [1100, 'phone'],
  [1101, 'elsewhere'],
  [1102, 'expired'],
] as const

describe.each(REASONS)('code %i', (code, reason) => {
  test('in replies to a poll and to the sync that follows ends the session', async () => {
    const { sandbox, wire, bot, running } = await echoBot({ clock: new ManualClock() })
    const seen = states(bot)
    const logouts = events(bot, 'logout')
    const [polls, syncs] = [wire.count('synccheck'), wire.count('webwxsync')]
    sandbox.expireSession(code)
    await running
    // The held poll is followed by one sync and no further poll.
    expect([wire.count('synccheck') - polls, wire.count('webwxsync') - syncs]).toEqual([0, 1])
    expect(logouts).toEqual([{ reason }])
    expect(seen).toEqual(['logout loggedOut'])
  })

  test.each(['synccheck', 'webwxsync'])('repeated in replies to %s alone ends the session', async (endpoint) => {
    const { wire, bot, running, friend } = await echoBot()
    const seen = states(bot)
    const logouts = events(bot, 'logout')
    wire.intercept = answering({ [endpoint]: endpoint === 'synccheck' ? pollAnswer(code) : retAnswer(code) })
    friend.say('1')
    await running
    expect(logouts).toEqual([{ reason }])
    expect(seen).toEqual(['logout loggedOut'])
  })

  test.each(['synccheck', 'webwxsync'])('in a single reply to %s does not end the session', async (endpoint) => {
    const { wire, bot, friend } = await echoBot()
    const seen = states(bot)
    let remaining = 1
    const answer = endpoint === 'synccheck' ? pollAnswer(code) : retAnswer(code)
    wire.intercept = answering({ [endpoint]: () => (remaining-- > 0 ? answer : undefined) })
    for (const text of ['1', '2', '3']) {
      friend.say(text)
      expect((await friend.nextMessage()).text).toBe(`got ${text}`)
    }
    expect(remaining).toBeLessThan(0)
    expect(seen).toEqual([])
  })

  test('in the reply to a send ends the session after one sync that confirms it', async () => {
    const { wire, bot, running } = await echoBot({ clock: new ManualClock() })
    const logouts = events(bot, 'logout')
    wire.intercept = answering({ webwxsendmsg: retAnswer(code), webwxsync: retAnswer(code) })
    const before = wire.count('webwxsync')
    expect(await failureOf(bot.send('x', 'filehelper'))).toMatchObject({ name: 'ServerError', ret: code })
    await running
    expect(logouts).toEqual([{ reason }])
    expect(wire.count('webwxsync') - before).toBe(1)
  })

  test('in the reply to a send during an outage is confirmed by an immediate sync', async () => {
    const { wire, bot, running, friend } = await echoBot({ clock: new ManualClock() })
    const logouts = events(bot, 'logout')
    wire.intercept = answering({ synccheck: '' })
    const offline = nextEvent(bot, 'offline')
    friend.say('1')
    await offline
    wire.intercept = answering({ webwxsendmsg: retAnswer(code), webwxsync: retAnswer(code) })
    await failureOf(bot.send('x', 'filehelper'))
    await running
    expect(logouts).toEqual([{ reason }])
  })
})

test('getMsg() rejects with LoggedOutError when it receives the code twice in a row', async () => {
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire)
  const uuid = await bot.getQRuuid()
  while ((await bot.checkLogin(uuid)) !== '200');
  await bot.webInit()
  let remaining = 1
  wire.intercept = answering({ webwxsync: () => (remaining-- > 0 ? retAnswer(1101) : undefined) })
  expect(await bot.getMsg()).toHaveLength(2)
  wire.intercept = answering({ webwxsync: retAnswer(1101) })
  const failure = await failureOf(bot.getMsg())
  expect(failure).toBeInstanceOf(LoggedOutError)
  expect(failure).toMatchObject({ reason: 'elsewhere' })
})

describe('a refused call while polls succeed', () => {
  const friendOf = (bot: Itchat) =>
    bot.searchFriends({ name: '小满' })[0] as NonNullable<unknown> & { UserName: string }
  const roomOf = (bot: Itchat) =>
    bot.searchChatrooms({ name: '爬山' })[0] as NonNullable<unknown> & { UserName: string }
  const image = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    'base64',
  )

  const CALLS: [endpoint: string, call: (bot: Itchat) => Promise<unknown>][] = [
    ['webwxsendmsg', (bot) => bot.send('x', 'filehelper')],
    ['webwxsendmsgimg', (bot) => bot.sendImage(image, 'filehelper')],
    ['webwxsendappmsg', (bot) => bot.sendFile(Buffer.from('a file'), 'filehelper')],
    ['webwxuploadmedia', (bot) => bot.uploadFile(Buffer.from('a file'))],
    ['webwxgetcontact', (bot) => bot.getFriends(true)],
    ['webwxbatchgetcontact', (bot) => bot.updateFriend(friendOf(bot).UserName)],
    ['webwxoplog', (bot) => bot.setAlias(friendOf(bot).UserName, 'new')],
    ['webwxverifyuser', (bot) => bot.addFriend(friendOf(bot).UserName)],
    ['webwxcreatechatroom', (bot) => bot.createChatroom(bot.memberList.slice(1, 4))],
    ['webwxupdatechatroom', (bot) => bot.setChatroomName(roomOf(bot).UserName, 'new')],
    ['webwxrevokemsg', (bot) => bot.revoke('1', 'filehelper')],
    ['webwxstatusnotify', (bot) => bot.markRead('filehelper')],
  ]

  test('does not end the session, but triggers one sync to check it', async () => {
    const { wire, bot, friend } = await echoBot()
    const seen = states(bot)
    for (const [endpoint, call] of CALLS) {
      wire.intercept = answering({ [endpoint]: retAnswer(1101) })
      const before = wire.count('webwxsync')
      expect(await failureOf(call(bot)), endpoint).toMatchObject({ name: 'ServerError', ret: 1101, endpoint })
      await wire.seen('webwxsync', before + 1)
      wire.intercept = undefined
      friend.say(endpoint)
      expect((await friend.nextMessage()).text).toBe(`got ${endpoint}`)
      expect(wire.count('webwxsync') - before, endpoint).toBeLessThanOrEqual(3)
    }
    expect(seen).toEqual([])
  })
})

describe('any other error code that the server repeats', () => {
  test.each(['-1', 'abc'])('(%j) in replies to both polls and syncs ends the session within an hour', async (code) => {
    const clock = new ManualClock()
    const { wire, bot, running, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    const from = clock.monotonicMs()
    wire.intercept = answering({ synccheck: pollAnswer(code), webwxsync: retAnswer(JSON.stringify(code)) })
    skipPauses(bot, clock)
    friend.say('1')
    await running
    expect(logouts).toEqual([{ reason: 'expired' }])
    expect(clock.monotonicMs() - from).toBeGreaterThanOrEqual(HOUR_MS / 6)
    expect(clock.monotonicMs() - from).toBeLessThan(HOUR_MS / 3)
  })

  test.each(['synccheck', 'webwxsync'])('in replies to %s alone ends the session within an hour', async (endpoint) => {
    const clock = new ManualClock()
    const { wire, bot, running, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    const from = clock.monotonicMs()
    wire.intercept = answering({
      synccheck: pollAnswer(endpoint === 'synccheck' ? -1 : 0, 2),
      ...(endpoint === 'webwxsync' ? { webwxsync: retAnswer(-1) } : {}),
    })
    skipPauses(bot, clock)
    friend.say('1')
    await running
    expect(logouts).toEqual([{ reason: 'expired' }])
    expect(clock.monotonicMs() - from).toBeLessThan(HOUR_MS)
  })

  test('four times in a row does not end the session, no matter how far apart the replies are', async () => {
    const clock = new ManualClock()
    const { wire, bot, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    const codes = [-1, -1, -1, -1, 0, -1, -1, -1, -1]
    const monotonicMs = clock.monotonicMs
    let sleptMs = 0
    clock.monotonicMs = () => monotonicMs() + sleptMs
    wire.intercept = answering({
      synccheck: () => {
        const code = codes.shift()
        if (code === -1) sleptMs += HOUR_MS
        return code === undefined ? undefined : pollAnswer(code, 2)
      },
    })
    skipPauses(bot, clock)
    const stop = new AbortController()
    void clock.hurry(1_000, stop.signal)
    const polls = wire.count('synccheck')
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    await wire.seen('synccheck', polls + 10)
    stop.abort()
    expect(logouts).toEqual([])
  })

  test.each([
    ['a dropped connection', () => 'cut' as const],
    ['a captive portal page', () => '<html>Room number?</html>'],
  ])('does not include %s, which never ends the session', async (_, intercept) => {
    const clock = new ManualClock()
    const { wire, bot, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    const from = clock.monotonicMs()
    const long = gate()
    // A sync is tried three times, with its own pauses in between.
    const stop = new AbortController()
    void clock.hurry(2_000, stop.signal)
    bot.on('offline', ({ retryInMs }) => {
      if (clock.monotonicMs() - from > HOUR_MS / 4) long.open()
      else queueMicrotask(() => clock.advance(retryInMs))
    })
    wire.intercept = ({ endpoint }) => (endpoint === 'synccheck' || endpoint === 'webwxsync' ? intercept() : undefined)
    friend.say('1')
    await long.opened
    stop.abort()
    expect(logouts).toEqual([])
    expect(bot.state).toBe('reconnecting')
    wire.intercept = undefined
    skipPauses(bot, clock)
    await clock.advance(60_000)
    expect((await friend.nextMessage()).text).toBe('got 1')
  })
})

describe('a cursor that the server rejects', () => {
  test('every time ends the session after one webwxinit request', async () => {
    const clock = new ManualClock()
    const { wire, bot, running, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    wire.intercept = answering({ synccheck: pollAnswer(1), webwxsync: retAnswer(1) })
    skipPauses(bot, clock)
    friend.say('1')
    await running
    expect(logouts).toEqual([{ reason: 'expired' }])
    expect(wire.count('webwxinit')).toBe(2)
  })

  test('but webwxinit replaces does not end the session', async () => {
    const clock = new ManualClock()
    const { wire, bot, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    const isOld = () => wire.count('webwxinit') < 2
    wire.intercept = answering({
      synccheck: () => (isOld() ? pollAnswer(1) : undefined),
      webwxsync: () => (isOld() ? retAnswer(1) : undefined),
    })
    skipPauses(bot, clock)
    friend.say('1')
    expect((await friend.nextMessage()).text).toBe('got 1')
    friend.say('2')
    expect((await friend.nextMessage()).text).toBe('got 2')
    expect(friend.unread).toEqual([])
    expect(wire.count('webwxinit')).toBe(2)
    expect(logouts).toEqual([])
  })

  test('ends the session when webwxinit also returns 1101', async () => {
    const clock = new ManualClock()
    const { wire, bot, running, friend } = await echoBot({ clock })
    const logouts = events(bot, 'logout')
    wire.intercept = answering({
      synccheck: pollAnswer(1),
      webwxsync: () => (wire.count('webwxinit') < 2 ? retAnswer(1) : retAnswer(1101)),
      webwxinit: retAnswer(1101),
    })
    skipPauses(bot, clock)
    friend.say('1')
    await running
    expect(logouts).toEqual([{ reason: 'elsewhere' }])
  })
})

describe('a batch whose request for contact details is refused', () => {
  async function fourTexts(hasEnded: boolean) {
    const { sandbox, wire, bot, running } = await echoBot()
    const errors = events(bot, 'error')
    const texts: string[] = []
    const all = gate()
    bot.msgRegister(TEXT, { isFriendChat: true, isGroupChat: true }, (msg) => {
      texts.push(msg.text)
      if (texts.length === 4) all.open()
    })
    let isRefused = false
    wire.intercept = ({ endpoint }) => {
      if (endpoint === 'webwxbatchgetcontact') {
        isRefused = true
        return retAnswer(1101)
      }
      if (!hasEnded || !isRefused) return undefined
      if (endpoint === 'webwxsync') return retAnswer(1101)
      return endpoint === 'synccheck' ? pollAnswer(1101) : undefined
    }
    const say = (from: string, Content: string) => sandbox.raw({ FromUserName: from, MsgType: 1, Content })
    say(bot.searchFriends({ name: '小满' })[0]?.UserName ?? '', '1')
    say(bot.searchFriends({ name: '沈青禾' })[0]?.UserName ?? '', '2')
    say(bot.searchChatrooms({ name: '爬山' })[0]?.UserName ?? '', '3')
    say(`@@${'5'.repeat(64)}`, '4')
    await all.opened
    return { bot, running, texts, errors }
  }

  test('is handled completely, and an active session continues', async () => {
    const { bot, texts } = await fourTexts(false)
    expect(texts.sort()).toEqual(['1', '2', '3', '4'])
    expect(bot.state).toBe('online')
  })

  test('is handled completely, even when the session has ended', async () => {
    const { bot, running, texts } = await fourTexts(true)
    await running
    expect(texts.sort()).toEqual(['1', '2', '3', '4'])
    expect(bot.state).toBe('loggedOut')
  })
})
