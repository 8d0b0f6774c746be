import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { FileError, type Itchat, MemorySessionStore } from 'itchat'
import { expect, test } from 'vitest'
import { botFor, events, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { wireTo } from '../support/wire.js'

const shownOf = (error: unknown) => inspect(error, { depth: 10, showHidden: true })

/** Operations, by the endpoint they call. */
const OPERATIONS: Record<string, (bot: Itchat, friend: string, room: string) => Promise<unknown>> = {
  webwxsendmsg: (bot, friend) => bot.send('words of a message', friend),
  webwxsendmsgimg: (bot, friend) => bot.sendImage({ mediaId: 'x' }, friend),
  webwxuploadmedia: (bot, friend) => bot.sendFile(Buffer.from('words of a message'), friend),
  webwxrevokemsg: (bot, friend) => bot.revoke('1', friend),
  webwxoplog: (bot, friend) => bot.setAlias(friend, 'words of a message'),
  webwxverifyuser: (bot, friend) => bot.addFriend(friend),
  webwxgetcontact: (bot) => bot.getFriends({ update: true }),
  webwxbatchgetcontact: (bot, friend) => bot.updateFriend(friend),
  webwxgeticon: (bot, friend) => bot.getHeadImg({ userName: friend }),
  webwxgetheadimg: (bot, _, room) => bot.getHeadImg({ chatroomUserName: room }),
  webwxcreatechatroom: (bot) => bot.createChatroom(bot.memberList.slice(1, 3), 'words of a message'),
  webwxupdatechatroom: (bot, _, room) => bot.setChatroomName(room, 'words of a message'),
  webwxlogout: (bot) => bot.logout(),
}

test.each(Object.entries(OPERATIONS))(
  'no error or log contains a secret when %s fails in any way',
  async (endpointToFail, operation) => {
    const { lines, logger } = recordingLogger()
    const sandbox = await sandboxFor({ floodLimit: false })
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { logger, clock: new AutoAdvanceClock() })
    bot.on('error', ({ error }) => lines.push(shownOf(error)))
    await bot.login()
    bot.setLogging({ loggingLevel: 'debug' })
    const { BaseRequest } = JSON.parse(
      wire.requests.find(({ endpoint }) => endpoint === 'webwxstatusnotify')?.body ?? '',
    )
    const secrets: string[] = [
      BaseRequest.Skey,
      BaseRequest.Sid,
      wire.requests.find(({ endpoint }) => endpoint === 'webwxinit')?.query.get('pass_ticket') ?? '',
      ...(wire.requests.find(({ endpoint }) => endpoint === 'webwxstatusnotify')?.headers.cookie ?? '')
        .split('; ')
        .map((cookie) => cookie.slice(cookie.indexOf('=') + 1))
        .filter((value) => value.length > 12),
    ]
    expect(secrets.every((secret) => secret.length > 10)).toBe(true)
    expect(secrets.length).toBeGreaterThan(4)
    const [skey, sid, ticket] = secrets
    const body = `skey=${skey}&wxsid=${sid}&pass_ticket=${ticket} {"Skey": "${skey}", "sid":"${sid}"} <skey>${skey}</skey><pass_ticket>${ticket}</pass_ticket>`
    const friend = bot.searchFriends({ name: '小满' })[0]?.UserName ?? ''
    const room = bot.chatroomList[0]?.UserName ?? ''
    const replies = [
      () => JSON.stringify({ BaseResponse: { Ret: 1, ErrMsg: body } }),
      () => JSON.stringify({ BaseResponse: { Ret: 'x', ErrMsg: body }, SKey: skey }),
      () => body,
      () => new Response(body, { status: 404 }),
      () => new Response(body, { status: 302, headers: { location: `http://127.0.0.1:1/?${body}` } }),
      () => 'cut' as const,
      // The HTTP parser retains what it could not parse.
      () => ({ garbled: `HTTP/1.1 200 OK\r\nSet-Cookie: wxsid=${sid}\r\nX ${body}` }),
      () => ({ garbled: `HTTP/1.1 200 OK\r\nContent-Length: x\r\nSet-Cookie: wxsid=${sid}\r\n\r\n${body}` }),
      () => ({ garbled: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n` }),
      () => ({ garbled: `HTTP/1.1 200 OK\r\nContent-Length: 9999\r\nX-Key: ${skey}\r\n\r\n${body}` }),
      () => ({ garbled: body }),
    ]
    for (const reply of endpointToFail === 'webwxlogout' ? replies.slice(0, 1) : replies) {
      const before = wire.count(endpointToFail)
      wire.intercept = ({ endpoint }) => (endpoint === endpointToFail ? reply() : undefined)
      const failure = await failureOf(operation(bot, friend, room))
      expect(wire.count(endpointToFail)).toBeGreaterThan(before)
      // The session is ended locally even without a response.
      if (endpointToFail !== 'webwxlogout') expect(failure, String(reply)).toBeInstanceOf(Error)
      const shown = shownOf(failure) + lines.join('\n')
      for (const secret of [...secrets, 'words of a message']) expect(shown, String(reply)).not.toContain(secret)
    }
  },
)

test.skipIf(process.platform === 'win32')('files written by hot reload are readable only by their owner', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, statusStorageDir: join(folder, 'state.json') })
  const handled = new Promise<void>((resolve) => bot.msgRegister('Text', () => resolve()))
  void bot.run()
  sandbox.friend('小满').say('hello')
  await handled
  await bot.close()
  const files = readdirSync(folder)
  expect(files).toEqual(expect.arrayContaining(['state.json', 'state.json.identities', 'state.json.journal']))
  for (const file of files) expect((statSync(join(folder, file)).mode & 0o777).toString(8), file).toBe('600')
})

test('an error from a session store that cannot parse its content does not quote the content', async () => {
  const sandbox = await sandboxFor()
  const bot = botFor(sandbox)
  const stored = 'SECRET'
  const sessionStore = new MemorySessionStore()
  sessionStore.load = async () => JSON.parse(stored) as string
  const errors = events(bot, 'error')
  const failure = await failureOf(bot.autoLogin({ hotReload: true, sessionStore }))
  const seen = [failure, ...errors.map(({ error }) => error)].filter((error) => error !== undefined)
  expect(seen).toContainEqual(expect.any(FileError))
  for (const error of seen) expect(shownOf(error)).not.toContain('SECRET')
})
