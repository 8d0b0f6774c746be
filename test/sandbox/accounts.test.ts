import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Itchat } from 'itchat'
import type { Account, Sandbox } from 'itchat/sandbox'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, sandboxFor } from '../support/bot.js'
import { ilinkBot } from '../support/ilink-bot.js'
import { IlinkClient } from './support/ilink-client.js'
import { WireClient } from './support/wire-client.js'

async function pairFor(options = {}): Promise<[Sandbox, Account]> {
  const sandbox = await sandboxFor(options)
  return [sandbox, sandbox.addAccount()]
}

/** The name of the account in which a bot is logged in. */
function nameOf(bot: Itchat): string {
  return bot.searchFriends().NickName
}

/** A bot that answers with its own name. */
function namedBot(account: { url: string }, name: string) {
  const bot = botFor(account)
  bot.msgRegister('Text', (msg) => `${name}: ${msg.text}`)
  return bot
}

describe('accounts of a sandbox', () => {
  test('have different owners in both languages, and the sandbox is the first one', async () => {
    for (const world of ['zh', 'en'] as const) {
      const [sandbox, second] = await pairFor({ world })
      const third = sandbox.addAccount()
      expect(sandbox.accounts).toEqual([sandbox, second, third])
      expect(new Set(sandbox.accounts.map(({ owner }) => owner.name)).size).toBe(3)
      expect(sandbox.accounts.map(({ number }) => number)).toEqual([1, 2, 3])
    }
  })

  test('have their own people, groups and messages', async () => {
    const [sandbox, second] = await pairFor()
    second.addPerson('Somebody Else')
    second.group('周末爬山队').rename('另一个群')
    const before = second.events.length
    expect(() => sandbox.friend('Somebody Else')).toThrow('Somebody Else')
    expect(() => sandbox.group('另一个群')).toThrow('另一个群')
    sandbox.friend('小满').say('only here')
    expect(second.events).toHaveLength(before)
  })

  test('accept another world, another owner, and the same world again', async () => {
    const world = {
      owner: { name: 'Ann', id: 'wxid_ann' },
      friends: ['Ben'],
      history: [{ chat: 'Ben', text: 'hi', minutesAgo: 1 }],
    }
    const sandbox = await sandboxFor({ world })
    const same = sandbox.addAccount({ world })
    const named = sandbox.addAccount({ world, name: 'Cleo' })
    expect([sandbox, same, named].map(({ owner }) => owner.name)).toEqual(['Ann', 'Ann', 'Cleo'])
    expect(same.friend('Ben').name).toBe('Ben')
    await Promise.all([sandbox, same, named].map(() => botFor(sandbox).login()))
    expect(new Set([sandbox, same, named].map(({ session }) => session?.uin)).size).toBe(3)
  })

  test.each(['wxid_ann', 'Ann', 'Annie', 'ann_alias'])(
    'may share a world whose group is owned by %s',
    async (owner) => {
      const world = {
        owner: { name: 'Ann', id: 'wxid_ann', remark: 'Annie', alias: 'ann_alias' },
        friends: ['Ben'],
        groups: [{ topic: 'Walks', owner, members: ['Ben'] }],
        history: [{ chat: 'Ben', speaker: owner, text: 'hi', minutesAgo: 1 }],
      }
      const sandbox = await sandboxFor({ world })
      const others = [sandbox.addAccount({ world }), sandbox.addAccount({ world, name: 'Cleo' })]
      for (const account of others) {
        expect(account.owner.id).not.toBe('wxid_ann')
        expect(account.group('Walks').memberIds).toContain(account.owner.id)
        // Only the owner may remove others.
        account.group('Walks').remove('Ben', 'owner')
      }
    },
  )

  test('cannot have an invalid name or world, and are limited in number', async () => {
    const sandbox = await sandboxFor({ world: {} })
    expect(() => sandbox.addAccount({ name: ' ' })).toThrow('Invalid name')
    expect(() => sandbox.addAccount({ world: 'fr' as 'en' })).toThrow('Invalid world "fr"')
    for (let number = 2; number <= 20; number++) sandbox.addAccount({ world: {} })
    expect(() => sandbox.addAccount()).toThrow('at most 20 accounts')
  })
})

describe('two bots at one sandbox', () => {
  test('receive the messages of their own account, and their answers arrive there', async () => {
    const [sandbox, second] = await pairFor()
    const bots = [namedBot(sandbox, 'first'), namedBot(sandbox, 'second')]
    await Promise.all(bots.map((bot) => bot.login()))
    for (const bot of bots) void bot.run()
    await Promise.all([sandbox.online(), second.online()])
    expect(bots.map((bot) => nameOf(bot)).sort()).toEqual([sandbox.owner.name, second.owner.name].sort())

    const answers = await Promise.all(
      sandbox.accounts.map(async (account) => {
        const friend = account.friend('小满')
        const text = `to ${account.owner.name}`
        friend.say(text)
        return [bots.findIndex((bot) => nameOf(bot) === account.owner.name), (await friend.nextMessage()).text, text]
      }),
    )
    for (const [bot, answer, text] of answers) expect(answer).toBe(`${bot === 0 ? 'first' : 'second'}: ${text}`)
    expect(sandbox.accounts.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  test('log out, expire and suffer faults separately', async () => {
    const [sandbox, second] = await pairFor()
    const first = namedBot(sandbox, 'first')
    await first.login()
    const other = namedBot(sandbox, 'second')
    await other.login()
    expect([nameOf(first), nameOf(other)]).toEqual([sandbox.owner.name, second.owner.name])
    void first.run()
    void other.run()
    await Promise.all([sandbox.online(), second.online()])

    const fault = sandbox.faults.add({ kind: 'delay', ms: 1, path: 'webwxsendmsg' })
    second.friend('小满').say('hello')
    expect((await second.friend('小满').nextMessage()).text).toBe('second: hello')
    expect(fault.hits).toBe(0)

    await first.logout()
    expect(sandbox.session?.endCode).toBe(0)
    expect(second.session?.endCode).toBeUndefined()
    second.friend('小满').say('still there?')
    expect((await second.friend('小满').nextMessage()).text).toBe('second: still there?')

    const ended = nextEvent(other, 'logout')
    second.expireSession(1102)
    await ended
    expect(sandbox.requests.some(({ endpoint }) => endpoint === 'webwxlogout')).toBe(true)
    expect(second.requests.some(({ endpoint }) => endpoint === 'webwxlogout')).toBe(false)
  })

  test('are replaced with 1101 only within an account, the oldest session first', async () => {
    const [sandbox, second] = await pairFor()
    const clients: WireClient[] = []
    for (let count = 0; count < 2; count++) clients.push(await new WireClient(sandbox.url).login())
    const sessions = [sandbox.session, second.session]
    expect(sessions.map((session) => session?.endCode)).toEqual([undefined, undefined])
    expect(new Set(sessions.map((session) => session?.uin)).size).toBe(2)
    const third = await new WireClient(sandbox.url).login()
    expect(third.uin).toBe(clients[0]?.uin)
    expect(sandbox.session).not.toEqual(sessions[0])
    expect(second.session).toEqual(sessions[1])
    expect((await clients[0]?.check())?.text).toContain('retcode:"1101"')
    const fourth = await new WireClient(sandbox.url).login()
    expect(fourth.uin).toBe(clients[1]?.uin)
  })

  test('continue their own sessions after a restart with hotReload', async () => {
    const [sandbox, second] = await pairFor()
    const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
    const files = [join(folder, 'first.json'), join(folder, 'second.json')]
    const start = async (file: string) => {
      const bot = namedBot(sandbox, file.includes('first') ? 'first' : 'second')
      await bot.autoLogin({ hotReload: true, statusStorageDir: file })
      void bot.run()
      return bot
    }
    for (const file of files) await (await start(file)).close()
    expect(files.every((file) => existsSync(file))).toBe(true)
    const uins = [sandbox.session?.uin, second.session?.uin]
    for (const account of sandbox.accounts) account.friend('小满').say('while you were away')
    for (const file of files.reverse()) await start(file)
    expect((await sandbox.friend('小满').nextMessage()).text).toBe('first: while you were away')
    expect((await second.friend('小满').nextMessage()).text).toBe('second: while you were away')
    expect([sandbox.session?.uin, second.session?.uin]).toEqual(uins)
    expect(sandbox.accounts.map(({ session }) => session?.endCode)).toEqual([undefined, undefined])
  })
})

describe('a QR code', () => {
  test('waits on every phone until one of them scans it', async () => {
    const [sandbox, second] = await pairFor({ autoLogin: false })
    const client = new WireClient(sandbox.url)
    await client.requestUuid()
    expect(sandbox.accounts.map(({ phone }) => phone.login.state)).toEqual(['waitingForScan', 'waitingForScan'])
    second.phone.scan()
    expect(sandbox.accounts.map(({ phone }) => phone.login.state)).toEqual(['none', 'waitingForConfirm'])
    expect(() => sandbox.phone.scan()).toThrow('no program has requested a QR code yet')

    const other = new WireClient(sandbox.url)
    await other.requestUuid()
    expect(sandbox.accounts.map(({ phone }) => phone.login.state)).toEqual(['waitingForScan', 'waitingForConfirm'])
    sandbox.phone.scan()
    expect(sandbox.phone.cancel().state).toBe('cancelled')
    second.phone.confirm()
    const uri = /redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? ''
    await client.exchange(uri)
    expect(second.session?.uin).toBe(String(client.uin))
    expect(sandbox.session).toBeUndefined()
  })

  test('that expires or is cancelled without a scan ends on the phone that did so', async () => {
    const [sandbox, second] = await pairFor({ autoLogin: false })
    await new WireClient(sandbox.url).requestUuid()
    sandbox.phone.cancel()
    expect(sandbox.accounts.map(({ phone }) => phone.login.state)).toEqual(['cancelled', 'none'])
    await new WireClient(sandbox.url).requestUuid()
    second.phone.expire()
    expect(sandbox.accounts.map(({ phone }) => phone.login.state)).toEqual(['expired', 'expired'])
  })

  test('is scanned automatically only by accounts that do so', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const second = sandbox.addAccount({ autoLogin: true })
    const client = await new WireClient(sandbox.url).login()
    expect([sandbox.session?.uin, second.session?.uin]).toEqual([undefined, String(client.uin)])
    // The code waits for the phone that is free, so that the session is not replaced.
    await client.requestUuid()
    expect(sandbox.phone.scan().state).toBe('waitingForConfirm')
    expect(second.phone.login.state).not.toBe('waitingForConfirm')
    expect(second.session?.endCode).toBeUndefined()
  })

  test('is scanned automatically even while all phones ask to confirm others', async () => {
    const [sandbox, second] = await pairFor()
    const web = [1, 2, 3].map(() => new WireClient(sandbox.url))
    for (const client of web) await client.requestUuid()
    expect(sandbox.accounts.map(({ phone }) => phone.login.uuid)).toEqual([web[2]?.uuid, web[1]?.uuid])
    expect(second.phone.login.state).toBe('waitingForConfirm')
    const ilink = [1, 2, 3].map(() => new IlinkClient(sandbox.url))
    for (const client of ilink) await client.requestQr()
    await ilink[2]?.status()
    ilink[2]?.take(await ilink[2].status())
    expect(ilink[2]?.userId).toBe(sandbox.clawbot.userId)
  })

  test('that another account scans automatically does not appear on the phone of an account in use', async () => {
    const [sandbox, second] = await pairFor()
    await new WireClient(sandbox.url).login()
    const ilink = new IlinkClient(sandbox.url)
    await ilink.requestQr()
    sandbox.clawbot.confirm()
    const states = new Set<string>()
    sandbox.on('login', ({ state }) => states.add(state))
    sandbox.on('clawbot', ({ login }) => states.add(login.state))
    await new WireClient(sandbox.url).login()
    await new IlinkClient(sandbox.url).requestQr()
    expect([...states].sort()).toEqual(['bound', 'initialising'])
    expect(second.session).toBeDefined()
    expect(second.clawbot.login.state).toBe('scanned')
  })

  test('is not needed for a push login, which asks the phone with that uin', async () => {
    const [sandbox, second] = await pairFor()
    await new WireClient(sandbox.url).login()
    const client = await new WireClient(sandbox.url).login()
    const { json } = await client.get('webwxpushloginurl', { uin: String(client.uin) })
    expect(json.ret).toBe('0')
    expect(second.phone.login).toMatchObject({ state: 'waitingForConfirm', uuid: json.uuid })
    expect(sandbox.phone.login.state).not.toBe('waitingForConfirm')
  })
})

describe('iLink', () => {
  test('binds each program to the phone that scans its QR code', async () => {
    const [sandbox, second] = await pairFor({ autoLogin: false })
    const clients = [new IlinkClient(sandbox.url), new IlinkClient(sandbox.url)] as const
    await clients[0].requestQr()
    expect(sandbox.accounts.map(({ clawbot }) => clawbot.login.state)).toEqual(['waiting', 'waiting'])
    second.clawbot.scan()
    second.clawbot.confirm()
    expect(sandbox.clawbot.login.state).toBe('none')
    clients[0].take(await clients[0].status())
    expect(clients[0].userId).toBe(second.clawbot.userId)
    await clients[1].requestQr()
    sandbox.clawbot.scan()
    sandbox.clawbot.confirm()
    clients[1].take(await clients[1].status())
    expect(clients[1].userId).toBe(sandbox.clawbot.userId)
    expect(second.clawbot.login.state).toBe('bound')
  })

  test('delivers messages and files to the bot of the account', async () => {
    const [sandbox, second] = await pairFor()
    const bots = [ilinkBot(sandbox), ilinkBot(sandbox)]
    for (const [index, { bot }] of bots.entries()) {
      bot.msgRegister('Text', (msg) => `${index}: ${msg.text}`)
      bot.msgRegister('Picture', async (msg) => `${(await msg.download()).length} bytes`)
      await bot.login()
      void bot.run()
    }
    await Promise.all([sandbox.clawbot.online(), second.clawbot.online()])
    sandbox.clawbot.say('a')
    second.clawbot.say('b')
    expect((await sandbox.clawbot.nextMessage()).text).toBe('0: a')
    expect((await second.clawbot.nextMessage()).text).toBe('1: b')
    second.clawbot.send({ kind: 'image' })
    expect((await second.clawbot.nextMessage()).text).toMatch(/^\d{3,} bytes$/)
    expect(bots.flatMap(({ errors }) => errors)).toEqual([])
    expect(sandbox.accounts.flatMap(({ warnings }) => warnings)).toEqual([])
  })
})

describe('the control API', () => {
  test('lists, adds and selects accounts', async () => {
    const sandbox = await sandboxFor({ autoLogin: false })
    const call = async (path: string, body?: object) => {
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const response = await fetch(`${sandbox.url}/api/${path}`, body ? post : {})
      return { status: response.status, json: (await response.json()) as any }
    }
    const announced: unknown[] = []
    sandbox.on('accounts', (accounts) => announced.push(accounts.map(({ name, status }) => [name, status])))
    expect((await call('accounts', { name: 'Bot 2' })).json).toMatchObject({ id: 2, name: 'Bot 2', status: 'offline' })
    expect((await call('accounts', { name: 2 })).status).toBe(400)
    expect((await call('accounts', { name: ' ' })).status).toBe(409)
    const [, second] = sandbox.accounts
    expect((await call('state?account=2')).json.owner).toBe(second?.owner.id)
    expect((await call('state?account=1')).json.owner).toBe(sandbox.owner.id)
    expect((await call('state?account=3')).json.error).toBe('Unknown account "3": expected a number from 1 to 2.')
    for (const account of ['0', '-1', 'x', '']) expect((await call(`state?account=${account}`)).status).toBe(404)

    await new WireClient(sandbox.url).requestUuid()
    await call('phone/scan?account=2', {})
    expect((await call('accounts')).json).toEqual((await call('state')).json.accounts)
    expect(announced.at(-1)).toEqual([
      [sandbox.owner.name, 'offline'],
      ['Bot 2', 'waiting'],
    ])
    const { json: image } = await call(`chats/filehelper/messages?account=2`, {
      speaker: second?.owner.id,
      kind: 'image',
    })
    expect((await fetch(sandbox.url + image.content.media.url)).status).toBe(200)
    expect((await fetch(sandbox.url + image.content.media.thumbUrl)).status).toBe(200)
  })
})
