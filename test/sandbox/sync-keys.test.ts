import { beforeEach, describe, expect, test } from 'vitest'
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js'
import { sandboxFor } from '../support/bot.js'
import { ManualClock } from '../support/manual-clock.js'
import { type Reply, WireClient } from './support/wire-client.js'

let clock: ManualClock
let sandbox: Sandbox
let client: WireClient

const WORLD: SandboxOptions['world'] = {
  friends: ['甲', '乙'],
  groups: [{ topic: '小群', members: ['甲', '乙'], saved: false }],
}
const CHECK = (retcode: number, selector: number) => `window.synccheck={retcode:"${retcode}",selector:"${selector}"}`

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await sandboxFor({ clock, world: WORLD })
  client = await new WireClient(sandbox.url).login()
})

const texts = (reply: Reply): string[] => reply.json.AddMsgList.map((message: any) => message.Content)

/** Polls once. If the poll does not return immediately, the clock is advanced by 25 s. */
async function poll(program: WireClient): Promise<string> {
  const held = sandbox.held('synccheck')
  const check = program.check()
  await Promise.race([held.then(() => clock.advance(25_000)), check])
  return (await check).text
}

/** Logs in and continues with previously stored keys. */
async function loginKeeping({ syncKey, checkKey }: { syncKey: any; checkKey: any }, on = sandbox): Promise<WireClient> {
  const program = await new WireClient(on.url).login()
  return Object.assign(program, { syncKey, checkKey })
}

describe('a SyncKey from an earlier session', () => {
  test('holds the poll and returns nothing if there are no new messages', async () => {
    await client.sync()
    const later = await loginKeeping(client)
    expect(await poll(later)).toBe(CHECK(0, 0))
    expect((await later.sync()).json).toMatchObject({ BaseResponse: { Ret: 0 }, AddMsgCount: 0, AddMsgList: [] })
    expect(sandbox.warnings).toEqual([])
  })

  test('delivers messages sent before the session ended, while no program was logged in, and after the new login', async () => {
    await client.sync()
    sandbox.friend('甲').say('before the end')
    sandbox.phone.logoutWeb()
    sandbox.friend('甲').say('offline')
    const later = await loginKeeping(client)
    sandbox.friend('乙').say('after the login')
    expect(await poll(later)).toBe(CHECK(0, 2))
    expect(texts(await later.sync())).toEqual(['before the end', 'offline', 'after the login'])
    expect(await poll(later)).toBe(CHECK(0, 0))
  })

  test('delivers the contact for a group without earlier messages, with the UserNames of the new session', async () => {
    await client.sync()
    sandbox.phone.logoutWeb()
    sandbox.group('小群').member('甲').say('在吗')
    const later = await loginKeeping(client)
    const { AddMsgList, ModContactList } = (await later.sync()).json
    expect(ModContactList.map((contact: any) => [contact.UserName, contact.NickName])).toContainEqual([
      AddMsgList[0].FromUserName,
      '小群',
    ])
    expect((await later.batch([{ UserName: AddMsgList[0].FromUserName }])).json.ContactList[0].NickName).toBe('小群')
  })

  test('delivers a recall, a system message, an opened chat and a raw message in the new session', async () => {
    await client.sync()
    sandbox.group('小群').member('甲').say('写错了').recall()
    sandbox.group('小群').say('群聊提示')
    sandbox.owner.open('甲')
    sandbox.raw({ from: sandbox.friend('乙').id, Content: 'raw' })
    const later = await loginKeeping(client)
    const { AddMsgList } = (await later.sync()).json
    const details = await later.batch(AddMsgList.map((message: any) => ({ UserName: message.FromUserName })))
    expect(details.json.ContactList.map((contact: any) => contact.NickName)).toEqual(
      expect.arrayContaining(['小群', '乙', sandbox.owner.name]),
    )
    expect(details.json.ContactList.some((contact: any) => contact.NickName === '')).toBe(false)
  })

  test('is still valid after many sessions, whereas the key from webwxinit skips earlier messages', async () => {
    const stored = { syncKey: client.syncKey, checkKey: client.checkKey }
    for (const text of ['一', '二', '三']) {
      sandbox.friend('甲').say(text)
      client = await new WireClient(sandbox.url).login()
      expect(texts(await client.sync())).toEqual([])
    }
    expect(texts(await (await loginKeeping(stored)).sync())).toEqual(['一', '二', '三'])
  })

  test('and from another run of the sandbox is treated as the position before all stored messages', async () => {
    for (const text of ['一', '二', '三']) sandbox.friend('甲').say(text)
    await client.sync()
    await using again = await sandboxFor({ clock, world: WORLD })
    const later = await loginKeeping(client, again)
    for (const text of ['四', '五']) again.friend('甲').say(text)
    expect((await later.check()).text).toBe(CHECK(0, 2))
    expect(texts(await later.sync())).toEqual(['四', '五'])
    expect(again.warnings).toEqual([])
  })

  test('and from a server other than a sandbox is treated as the position before all stored messages', async () => {
    sandbox.friend('甲').say('一')
    const List = [1, 2, 3, 11, 201, 1000, 4711].map((Key) => ({ Key, Val: 700_000 + Key }))
    expect(texts(await client.sync({ Count: List.length, List }))).toEqual(['一'])
  })
})

describe('webwxinit after a poll with the newest key', () => {
  test('does not deliver the last batch again', async () => {
    sandbox.friend('甲').say('一')
    await client.sync()
    expect(await poll(client)).toBe(CHECK(0, 0))
    sandbox.friend('甲').say('二')
    await client.init()
    expect(texts(await client.sync())).toEqual(['二'])
  })

  test('delivers the last batch again if the poll had an older key', async () => {
    const { checkKey } = client
    sandbox.friend('甲').say('一')
    await client.sync()
    client.checkKey = checkKey
    expect(await poll(client)).toBe(CHECK(0, 2))
    await client.init()
    expect(texts(await client.sync())).toEqual(['一'])
  })

  test('is not affected by an older poll', async () => {
    const { checkKey } = client
    sandbox.friend('甲').say('一')
    await client.sync()
    await poll(client)
    client.checkKey = checkKey
    await poll(client)
    await client.init()
    expect(texts(await client.sync())).toEqual([])
  })
})

describe('a program that calls webwxinit again', () => {
  test('may continue with its SyncCheckKey, the key from webwxinit or an older key', async () => {
    sandbox.friend('甲').say('一')
    await client.sync()
    const { checkKey } = client
    await poll(client)
    await client.init()
    client.checkKey = checkKey
    await poll(client)
    await client.init()
    await poll(client)
    expect(sandbox.warnings).toEqual([])
  })

  test('does not have to fetch messages reported by an earlier poll or wait before the next poll', async () => {
    sandbox.friend('甲').say('一')
    expect(await poll(client)).toBe(CHECK(0, 2))
    await client.init()
    await poll(client)
    await client.sync()
    await poll(client)
    await client.init()
    const held = sandbox.held('synccheck')
    const open = client.check()
    await held
    await client.init()
    const next = client.check()
    sandbox.friend('甲').say('二')
    await Promise.all([open, next])
    await client.sync()
    expect(sandbox.warnings).toEqual([])
  })
})
