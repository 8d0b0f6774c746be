import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { SAYABLE_KINDS } from '../../src/sandbox/control/view.js'
import { ENGLISH_WORLD, SandboxError, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { botFor } from '../support/bot.js'
import { browser, browserNote } from '../support/browser.js'
import { openPage } from '../support/open-page.js'
import { WireClient } from './support/wire-client.js'

afterAll(() => browser?.close())

async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ port: 0, world: 'en', autoLogin: true, ...options })
  onTestFinished(() => sandbox.close())
  const json = async (path: string, body?: object): Promise<any> => {
    const reply = await sandbox.handle(
      new Request(sandbox.url + path, {
        ...(body
          ? { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
          : {}),
      }),
    )
    return reply.json()
  }
  return { sandbox, json }
}

const CHINESE = /\p{Script=Han}/u
const CHINESE_FRIEND = '李薇 Vivian'

/** Texts of the English world that are in Chinese on purpose. */
const IN_CHINESE: Readonly<Record<string, string>> = {
  [CHINESE_FRIEND]: 'a friend, to try names and searches in Chinese',
  周六还去吗: 'a message from this friend',
  微信转账: 'the FileName by which clients recognize a transfer (docs/protocol.md §11)',
}

/** What is left in Chinese of a text, a reply or an event, apart from `IN_CHINESE`. */
function chineseIn(value: unknown): string[] {
  const text = Object.keys(IN_CHINESE).reduce((rest, part) => rest.replaceAll(part, ''), JSON.stringify(value))
  return text.match(/.{0,60}\p{Script=Han}+.{0,20}/gu) ?? []
}

describe('the English world', () => {
  test('has as many people, groups and histories as the Chinese world', async () => {
    const { json } = await start()
    const chinese = await (await start({ world: 'zh' })).json('/api/state')
    const english = await json('/api/state')
    const shape = (state: any) => ({
      people: state.people.length,
      chats: state.chats.map((chat: any) => [chat.kind, chat.members?.length, chat.pinned, chat.muted, !!chat.last]),
    })
    expect(shape(english)).toEqual(shape(chinese))
  })

  test('is in English, except for one friend with a Chinese name', async () => {
    const { json } = await start()
    const { people, chats } = await json('/api/state')
    const names = [...people, ...chats].flatMap(({ name, remark = '', alias = '' }) => [name, remark, alias])
    expect(new Set(names.filter((name) => CHINESE.test(name)))).toEqual(new Set([CHINESE_FRIEND]))
    const histories = await Promise.all(
      chats
        .filter((chat: any) => chat.name !== CHINESE_FRIEND)
        .map((chat: any) => json(`/api/chats/${encodeURIComponent(chat.id)}/messages`)),
    )
    expect(histories.flat().length).toBeGreaterThan(10)
    expect(JSON.stringify(histories)).not.toMatch(CHINESE)
  })

  test('sends samples of every kind in English to the page and to programs', async () => {
    const { sandbox, json } = await start()
    const client = await new WireClient(sandbox.url).login()
    await client.sync()
    const { owner } = await json('/api/state')
    const friend = sandbox.friend('Maya').id
    const group = sandbox.group('Weekend hikers ⛰️').id
    const kinds = SAYABLE_KINDS.filter((kind) => kind !== 'text')
    const contents = [...kinds.map((kind) => ({ kind })), { kind: 'redPacket', form: 'app' }]
    for (const [chat, speaker] of [
      [friend, friend],
      [friend, owner],
      [group, friend],
    ] as const) {
      for (const content of contents) {
        const message = await json(`/api/chats/${encodeURIComponent(chat)}/messages`, { speaker, ...content })
        expect(message).toMatchObject({ kind: content.kind })
        expect(chineseIn(message)).toEqual([])
        const { AddMsgList } = (await client.sync()).json
        expect(AddMsgList).toHaveLength(1)
        expect(chineseIn(AddMsgList), content.kind).toEqual([])
      }
    }
    expect(sandbox.warnings).toEqual([])
  })

  test('sends friend requests, notices and contacts in English to the page and to programs', async () => {
    const own = { topic: 'Chess', members: ['Maya', 'Sam Okafor', 'Priya Nair'] }
    const { sandbox } = await start({ world: { ...ENGLISH_WORLD, groups: [...(ENGLISH_WORLD.groups ?? []), own] } })
    const client = await new WireClient(sandbox.url).login()
    const replies = [await client.getContact(), await client.sync()]
    sandbox.friend('Peter Novak').requestFriend()
    replies.push(await client.sync())
    const { Ticket, RecommendInfo } = replies[2]?.json.AddMsgList[0] ?? {}
    await client.post('webwxverifyuser', {
      Opcode: 3,
      VerifyUserListSize: 1,
      VerifyUserList: [{ Value: RecommendInfo.UserName, VerifyUserTicket: Ticket }],
      skey: client.skey,
    })
    const members = await Promise.all(['Priya Nair', 'Sam Okafor'].map((name) => client.userName(name)))
    await client.post('webwxcreatechatroom', {
      MemberCount: members.length,
      MemberList: members.map((UserName) => ({ UserName })),
      Topic: '',
    })
    const group = sandbox.group('Weekend hikers ⛰️')
    for (const by of ['Alex Carter', 'Maya']) {
      group.rename(`Hikers of ${by}`, by)
      group.add(by === 'Maya' ? 'Daisy 🌻' : 'Nora Fields', by)
    }
    group.joinByQr('Felix <Dev>')
    group.joinByQr('Julia Brandt', 'Maya')
    group.remove('Alex Carter', 'Tom Whitaker')
    group.add('Alex Carter', 'Maya')
    sandbox.group('Chess').remove('Sam Okafor', 'Alex Carter')
    sandbox.friend('Maya').say('oops').recall()
    sandbox.owner.say('Maya', 'oops').recall()
    replies.push(await client.sync())
    const notices = replies[3]?.json.AddMsgList.filter(({ MsgType }: any) => MsgType >= 10_000)
    expect(notices).toHaveLength(13)
    for (const { json } of replies) expect(chineseIn(json)).toEqual([])
    expect(chineseIn(sandbox.events)).toEqual([])
  })

  test('refuses a login in English', async () => {
    const { sandbox } = await start({ loginRefusal: { when: 'always' } })
    const client = new WireClient(sandbox.url)
    await client.requestUuid()
    await client.poll()
    const uri = /redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? ''
    const { text } = await client.exchange(uri)
    expect(text).toMatch(/<ret>1203<\/ret><message>For the safety of this account/)
    expect(sandbox.phone.login.refusal).toMatch(/^For the safety of this account/)
    expect(chineseIn([text, sandbox.events])).toEqual([])
  })

  test('has notices in English that the client understands', async () => {
    const { sandbox } = await start()
    const bot = botFor(sandbox)
    const notes: unknown[] = []
    const recalled = new Promise<void>((resolve) => {
      bot.msgRegister('Note', { isFriendChat: true, isGroupChat: true }, (msg) => {
        notes.push(msg.note)
        if (msg.note.kind === 'recall') resolve()
      })
    })
    await bot.login()
    const running = bot.run()
    const group = sandbox.group('Weekend hikers ⛰️')
    group.rename('Sunday hikers', 'Alex Carter')
    group.rename('Monday hikers', 'Maya')
    group.add('Nora Fields', 'Alex Carter')
    group.add('Daisy 🌻', 'Maya')
    group.remove('Nora Fields', 'Tom Whitaker')
    group.remove('Alex Carter', 'Tom Whitaker')
    sandbox.friend('Maya').say('oops').recall()
    await recalled
    await bot.close()
    await running
    expect(notes).toMatchObject([
      { kind: 'topicChanged', by: '', topic: 'Sunday hikers' },
      { kind: 'topicChanged', by: 'Maya 🌾', topic: 'Monday hikers' },
      { kind: 'memberJoined', inviter: '', members: ['Nora Fields'] },
      { kind: 'memberJoined', inviter: 'Maya 🌾', members: ['Daisy 🌻'] },
      { kind: 'memberRemoved', by: 'Tom, our guide', member: '' },
      { kind: 'recall', text: '"Maya" has recalled a message.' },
    ])
  })

  test('mentions all members with @all', async () => {
    const { sandbox } = await start()
    const group = sandbox.group('Family')
    group.member('Mom').say('dinner at six', { at: 'all' })
    const last = sandbox.events.findLast((event) => event.type === 'message')
    expect(last?.data).toMatchObject({ text: '@all\u2005dinner at six', mentionsOwner: true })
  })

  test.skipIf(!browser)(`opens the page in English, whatever the browser's language${browserNote}`, async () => {
    const { sandbox } = await start()
    const page = await openPage(sandbox.url, { locale: 'zh-CN' })
    await page.getByRole('main').waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    const chinese = await openPage((await start({ world: 'zh' })).sandbox.url, { locale: 'zh-CN' })
    await chinese.getByRole('main').waitFor()
    expect(await chinese.evaluate('document.documentElement.lang')).toBe('zh-CN')
  })
})

test('an unknown world is refused', async () => {
  const world: any = 'fr'
  await expect(startSandbox({ port: 0, world })).rejects.toThrow(SandboxError)
  await expect(startSandbox({ port: 0, world })).rejects.toThrow("Invalid world \"fr\": expected 'zh', 'en'")
})

test('the page that is built has the language that the sandbox replaces', () => {
  expect(readFileSync(new URL('../../src/phone/index.html', import.meta.url), 'utf8')).toContain('<html lang="zh-CN"')
})
