import { inspect } from 'node:util'
import { ProtocolError, ServerError } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, nextEvent, recordingLogger, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { wireTo } from '../support/wire.js'

/** A value as `inspect()` displays it, including causes and hidden fields. */
const shownOf = (error: unknown) => inspect(error, { depth: 10, showHidden: true })

async function onWire() {
  const { lines, logger } = recordingLogger()
  const sandbox = await sandboxFor()
  const wire = await wireTo(sandbox)
  const bot = botFor(wire, { logger })
  await bot.login()
  const query = wire.requests.find(({ endpoint }) => endpoint === 'webwxinit')
  const secrets = [
    JSON.parse(wire.requests.find(({ endpoint }) => endpoint === 'webwxstatusnotify')?.body ?? '').BaseRequest.Skey,
    JSON.parse(wire.requests.find(({ endpoint }) => endpoint === 'webwxstatusnotify')?.body ?? '').BaseRequest.Sid,
    query?.query.get('pass_ticket'),
  ] as string[]
  expect(secrets.every((secret) => secret.length > 10)).toBe(true)
  return { sandbox, wire, bot, lines, secrets }
}

test('a server message is reported without the secrets it quotes', async () => {
  const { wire, bot, secrets } = await onWire()
  const [skey, sid, ticket] = secrets
  const message = `bad request: skey=${skey}&sid=${sid}&pass_ticket=${ticket} {"Skey":"${skey}","Sid":"${sid}"}`
  wire.intercept = ({ endpoint }) =>
    endpoint === 'webwxsendmsg' ? JSON.stringify({ BaseResponse: { Ret: 1, ErrMsg: message } }) : undefined
  const failure = await failureOf(bot.sendMsg('hi', 'filehelper'))
  expect(failure).toBeInstanceOf(ServerError)
  expect(String(failure)).toContain('bad request')
  for (const secret of secrets) expect(shownOf(failure)).not.toContain(secret)
})

describe('an invalid reply', () => {
  test.each([
    ['truncated JSON', (secret: string) => `{"BaseResponse":{"Ret":0},"SKey":"${secret}"`],
    ['malformed JSON', (secret: string) => `{"SKey":"${secret}" "Ret":0}`],
    ['plain text', (secret: string) => secret],
    ['an HTML page', (secret: string) => `<html>${secret}</html>`],
    ['JSON without a result', (secret: string) => JSON.stringify({ SKey: secret })],
    ['a list', (secret: string) => JSON.stringify([secret])],
  ])('with %s is not quoted by the error, which has no cause', async (_, body) => {
    const { wire, bot, secrets } = await onWire()
    const [skey = ''] = secrets
    wire.intercept = ({ endpoint }) => (endpoint === 'webwxsendmsg' ? body(skey) : undefined)
    const failure = (await failureOf(bot.sendMsg('message text', 'filehelper'))) as ProtocolError
    expect(failure).toBeInstanceOf(ProtocolError)
    expect(failure.cause).toBeUndefined()
    const shown = shownOf(failure)
    for (const secret of [...secrets, 'message text', 'SKey']) expect(shown).not.toContain(secret)
  })
})

test('a network error contains neither query parameters nor message text', async () => {
  const { wire, bot, secrets } = await onWire()
  wire.intercept = ({ endpoint }) => (endpoint === 'webwxsendmsg' ? 'cut' : undefined)
  const failure = await failureOf(bot.sendMsg('message text', 'filehelper'))
  expect(failure).toMatchObject({ name: 'NetworkError', outcome: 'unknown' })
  expect(wire.count('webwxsendmsg')).toBe(1)
  for (const secret of [...secrets, 'message text']) expect(shownOf(failure)).not.toContain(secret)
})

test('a whole run logs no secret', async () => {
  const { bot, lines, secrets } = await onWire()
  await bot.logout()
  expect(lines.length).toBeGreaterThan(2)
  for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret)
})

describe('the session key in an avatar URL', () => {
  /** All contacts whose avatar URL contains the session key: this account, friends, official accounts, members. */
  async function avatarHolders() {
    const { sandbox, bot, secrets } = await onWire()
    const room = bot.chatroomList[0]
    await room?.update({ detailedMember: true })
    const all = [...bot.memberList, ...bot.mpList, ...(room?.memberList ?? [])]
    const [skey = ''] = secrets
    const holders = all.filter(({ HeadImgUrl = '' }) => HeadImgUrl.includes(skey))
    expect(holders.length).toBeGreaterThan(bot.memberList.length)
    return { bot, sandbox, holders, room, skey }
  }

  test('is in the property, but not in logs or JSON', async () => {
    const { bot, holders, room, skey } = await avatarHolders()
    for (const holder of holders) {
      const shown = [inspect(holder), inspect({ holder }), shownOf([holder]), JSON.stringify({ holder })]
      for (const text of [...shown, String(holder), `${shownOf(new Error('x', { cause: holder }))}`]) {
        expect(text).not.toContain(skey)
      }
      expect(inspect(holder)).toMatch(/^(User|MassivePlatform|ChatroomMember) \{\n {2}UserName: '@/m)
      expect(JSON.parse(JSON.stringify(holder))).toEqual({
        ...holder,
        HeadImgUrl: holder.HeadImgUrl?.replace(/skey=.*/, 'skey=***'),
      })
      expect({ ...holder }.HeadImgUrl).toContain(skey)
      expect(holder.headImgUrl).toBe(holder.HeadImgUrl)
    }
    expect(Object.keys(JSON.parse(JSON.stringify(room)))).toEqual(Object.keys(room ?? {}))
    expect(shownOf({ bot, room })).not.toContain(skey)
    expect(inspect({ a: { b: { c: holders[0] } } })).toContain('c: [User]')
  })

  test('is not displayed when an event or a message is inspected', async () => {
    const { bot, sandbox, skey } = await avatarHolders()
    const changes = nextEvent(bot, 'contacts')
    const said = new Promise((resolve) => bot.msgRegister('Text', (msg) => resolve(msg)))
    void bot.run()
    sandbox.friend('小满').rename('满')
    sandbox.friend('沈青禾').say('hi')
    for (const value of [await changes, await said]) expect(shownOf(value)).not.toContain(skey)
  })
})
