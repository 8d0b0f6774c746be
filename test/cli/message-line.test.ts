import { PassThrough } from 'node:stream'
import type { Itchat } from 'itchat'
import type { Sandbox, Sendable } from 'itchat/sandbox'
import stringWidth from 'string-width'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { messageLine } from '../../src/cli/message-line.js'
import { type MessageRecord, messageRecord } from '../../src/cli/message-record.js'
import { Terminal } from '../../src/cli/terminal.js'
import { botFor, sandboxFor } from '../support/bot.js'

let sandbox: Sandbox
let bot: Itchat
let next: () => Promise<MessageRecord>

beforeEach(async () => {
  vi.stubEnv('LC_ALL', 'en_US.UTF-8')
  sandbox = await sandboxFor({ world: { friends: ['甲', '乙'], groups: [{ topic: '小群', members: ['甲'] }] } })
  bot = botFor(sandbox)
  const records: MessageRecord[] = []
  let changed = () => {}
  bot.use((message) => {
    if (message.type === 'System') return
    records.push(messageRecord(message, bot.searchFriends()))
    changed()
  })
  next = async () => {
    while (records.length === 0) await new Promise<void>((resolve) => (changed = resolve))
    return records.shift() as MessageRecord
  }
  await bot.login()
  void bot.run()
})

function line(record: MessageRecord, columns?: number): string {
  const stream = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns })
  const terminal = new Terminal(stream as unknown as NodeJS.WriteStream, { LC_ALL: 'C.UTF-8', NO_COLOR: '1' })
  return messageLine(record, terminal).slice('00:00:00  '.length)
}

const CONTENT_COLUMN = 22 + 2

describe('messageLine', () => {
  test.each<[Sendable, string]>([
    [{ kind: 'text', text: 'hello \x1b[31m' }, 'hello �[31m'],
    [{ kind: 'image' }, '[picture]'],
    [{ kind: 'sticker' }, '[sticker]'],
    // A sticker as an app message.
    [{ kind: 'unknown', msgType: 49, appMsgType: 8 }, '[sticker]'],
    [{ kind: 'voice', durationMs: 6000 }, '[voice 6″]'],
    [{ kind: 'location', placeName: 'Park', label: 'Street 1' }, '[location] Park(Street 1)'],
    [{ kind: 'link', title: 'News' }, '[link] News'],
    [{ kind: 'music', title: 'Song' }, '[music] Song'],
    [{ kind: 'miniProgram', title: 'Lunch' }, '[mini program] Lunch'],
    [{ kind: 'transfer', amountFen: 880, memo: 'lunch' }, '[transfer ￥8.80] lunch'],
    [{ kind: 'channelVideo', description: 'dunes' }, '[channel video] dunes'],
    [{ kind: 'chatHistory', title: 'History' }, '[chat history] History'],
    [{ kind: 'unknown', msgType: 50, appMsgType: 0 }, '[unknown]'],
  ])('shows %j as %s', async (content, shown) => {
    sandbox.friend('甲').send(content)
    expect(line(await next())).toBe(`甲${' '.repeat(CONTENT_COLUMN - 2)}${shown}`)
  })

  test('shows a file with its size', async () => {
    sandbox.friend('甲').send({ kind: 'file', name: 'a\nb.pdf', bytes: new Uint8Array(2048) })
    expect(line(await next())).toMatch(/ \[file\] a⏎b\.pdf 2 KB$/)
  })

  test('shows a video with its duration, a card, a quote and a friend request', async () => {
    sandbox.friend('甲').send({ kind: 'video' })
    expect(line(await next())).toMatch(/ \[video \d+″\]$/)
    sandbox.friend('甲').send({ kind: 'card' })
    expect(line(await next())).toMatch(/ \[card\] 乙$/)
    sandbox.friend('甲').send({ kind: 'quote', text: 'Agreed' })
    expect(line(await next())).toMatch(/ Agreed « .+: .+$/)
    sandbox.addPerson('丙').requestFriend('hi')
    expect(line(await next())).toMatch(/^丙 +\[friend request\] hi$/)
  })

  test('shows speakers in groups, mentions, notices and recalls', async () => {
    const member = sandbox.group('小群').member('甲')
    member.say('lunch?', { at: 'owner' })
    expect(line(await next())).toMatch(/^小群 \/ 甲 +@me lunch\?$/)
    member.say('all of you', { at: 'all' })
    expect(line(await next())).toMatch(/^小群 \/ 甲 +@all all of you$/)
    const said = member.say('mistake')
    await next()
    said.recall()
    expect(line(await next())).toMatch(/^小群 {2,}"甲" /)
    sandbox.owner.say('小群', 'from my phone')
    expect(line(await next())).toMatch(/^小群 \/ me +from my phone$/)
  })

  test('shortens names in the middle, and on a terminal the text at its edge', async () => {
    sandbox.friend('甲').say('x'.repeat(100))
    const record = await next()
    const long = { ...record, chat: { ...record.chat, name: 'abcdefghijklmnopqrstuvwxyz' } }
    expect(line(long, 80)).toBe(`abcdefghijk…qrstuvwxyz  ${'x'.repeat(80 - 10 - CONTENT_COLUMN - 1)}…`)
    expect(line(record)).toContain('x'.repeat(100))
    const group = {
      ...long,
      chat: { ...long.chat, kind: 'group' as const },
      sender: { name: '乙'.repeat(9), isSelf: false },
    }
    for (const columns of [32, 40, 48]) {
      for (const shown of [long, group]) expect(stringWidth(line(shown, columns))).toBe(columns - 10)
    }
  })
})

test('a recall carries the id of the recalled message', async () => {
  const said = sandbox.friend('甲').say('mistake')
  const { id } = await next()
  said.recall()
  expect(await next()).toMatchObject({ kind: 'recall', recalledId: id })
})
