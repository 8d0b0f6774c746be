import { PassThrough } from 'node:stream'
import type { MessageKind, Sandbox, Sendable } from 'itchat/sandbox'
import stringWidth from 'string-width'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { printSandboxLines } from '../../src/cli/sandbox-lines.js'
import { Terminal } from '../../src/cli/terminal.js'
import { IlinkClient } from '../sandbox/support/ilink-client.js'
import { WireClient } from '../sandbox/support/wire-client.js'
import { sandboxFor } from '../support/bot.js'

let sandbox: Sandbox
let lines: string[]

beforeEach(async () => {
  vi.stubEnv('LC_ALL', 'en_US.UTF-8')
  sandbox = await sandboxFor({ world: { friends: ['甲', '乙'], groups: [{ topic: '小群', members: ['甲'] }] } })
  lines = []
  const stream = new PassThrough().setEncoding('utf8')
  stream.on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)))
  await printSandboxLines(sandbox, new Terminal(stream as unknown as NodeJS.WriteStream, { LC_ALL: 'C.UTF-8' }))
})

afterEach(() => void vi.unstubAllEnvs())

/** Returns the last column of each line. */
const shown = () => lines.map((line) => line.split(/ {2,}/).at(-1))

describe('the sandbox in the terminal', () => {
  test.each<[Sendable, string]>([
    [{ kind: 'text', text: 'hello' }, 'hello'],
    [{ kind: 'text', text: ' \n' }, '⏎'],
    [{ kind: 'text', text: '  ' }, '[empty]'],
    [{ kind: 'image' }, '[picture]'],
    [{ kind: 'voice', durationMs: 2000 }, '[voice 2″]'],
    [{ kind: 'voice', durationMs: 1 }, '[voice 1″]'],
    [{ kind: 'sticker' }, '[sticker]'],
    [{ kind: 'file', name: 'a\nb.pdf' }, '[file] a⏎b.pdf'],
    [{ kind: 'location', placeName: 'Park', label: '' }, '[location] Park'],
    [{ kind: 'link', title: 'A' }, '[link] A'],
    [{ kind: 'link', title: '' }, '[link]'],
    [{ kind: 'music', title: 'Song' }, '[music] Song'],
    [{ kind: 'miniProgram', title: 'Lunch' }, '[mini program] Lunch'],
    [{ kind: 'redPacket', greeting: 'Luck' }, '[red packet] Luck'],
    [{ kind: 'transfer', amountFen: 880, memo: 'lunch' }, '[transfer ¥8.80] lunch'],
    [{ kind: 'chatHistory', title: 'T' }, '[chat history] T'],
    [{ kind: 'channelVideo', description: '' }, '[channel video]'],
    [{ kind: 'quote', text: 'Agreed' }, 'Agreed'],
    [{ kind: 'unknown', msgType: 50, appMsgType: 0 }, '[unknown 50]'],
    [{ kind: 'unknown', msgType: 49, appMsgType: 7 }, '[unknown 49/7]'],
  ])('shows %j as %s', (content, line) => {
    sandbox.friend('甲').send(content)
    expect(shown()).toEqual([line])
  })

  test('shows a card, a friend request, a notice, and a video with its duration', () => {
    sandbox.friend('甲').send({ kind: 'video' })
    sandbox.friend('甲').send({ kind: 'card' })
    sandbox.friend('甲').unfriend()
    sandbox.friend('甲').requestFriend('hi')
    sandbox.group('小群').say('notice')
    expect(shown()).toEqual([expect.stringMatching(/^\[video \d+″\]$/), '[card] 乙', '[friend request] hi', 'notice'])
  })

  test('shows when an iLink program is online, what it says, and what the phone does not show', async () => {
    const client = await new IlinkClient(sandbox.url).login()
    await client.start()
    sandbox.clawbot.say('hi')
    await client.poll()
    await client.send('hello')
    await client.send('')
    await client.post('msg/unknown')
    sandbox.clawbot.expireToken()
    expect(lines.map((line) => line.trim().replace(/^[\d:]+ /, ''))).toEqual([
      expect.stringContaining('Online'),
      expect.stringMatching(/← {2}ClawBot.* hi$/),
      expect.stringMatching(/→ {2}ClawBot.* hello/),
      expect.stringContaining('text_item.text is empty'),
      '! accepted, but not shown as sent (emptyText)',
      expect.stringContaining('The bot was logged out'),
    ])
  })

  test('names the account if there are several, also one that is added later', async () => {
    sandbox.friend('甲').say('one')
    const second = sandbox.addAccount({ name: '二号', world: { owner: '二号', friends: ['丙'] } })
    await new WireClient(sandbox.url).login()
    sandbox.friend('甲').say('two')
    second.friend('丙').say('three')
    sandbox.phone.logoutWeb()
    const texts = lines.map((line) => line.trim().replace(/^[\d:]+ +/, ''))
    expect(texts).toEqual([
      expect.stringMatching(/^← {2}甲 +one$/),
      expect.stringMatching(new RegExp(`^← {2}${sandbox.owner.name} · 甲 +two$`)),
      expect.stringMatching(/^← {2}二号 · 丙 +three$/),
      expect.stringContaining(`! ${sandbox.owner.name} · `),
    ])
  })

  test('fits a narrow terminal', async () => {
    const stream = Object.assign(new PassThrough().setEncoding('utf8'), { isTTY: true, columns: 40 })
    await printSandboxLines(sandbox, new Terminal(stream as unknown as NodeJS.WriteStream, { NO_COLOR: '1' }))
    sandbox.group('小群').member('甲').say('x'.repeat(100))
    expect(stringWidth(String(stream.read()).trimEnd())).toBeLessThanOrEqual(40)
  })

  test('marks a recalled message', () => {
    sandbox.friend('甲').say('oops').recall()
    sandbox.friend('甲').send({ kind: 'image' }).recall()
    expect(shown()).toEqual(['oops', 'recalled: oops', '[picture]', 'recalled: [picture]'])
  })

  test('has a name for every kind in both languages', async () => {
    const { strings } = await import('../../src/cli/strings.js')
    const english = strings().kinds
    vi.stubEnv('LC_ALL', 'zh_CN.UTF-8')
    const chinese = strings().kinds
    expect(Object.keys(chinese)).toEqual(Object.keys(english))
    for (const kind of Object.keys(english) as MessageKind[]) expect(chinese[kind]).not.toBe(english[kind])
  })
})
