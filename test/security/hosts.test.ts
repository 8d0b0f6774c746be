import { ProtocolError } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { serve } from '../support/http-server.js'
import { wireTo } from '../support/wire.js'

/** A server of somebody else, and what reached it. */
async function elsewhere() {
  const visits: string[] = []
  const url = await serve((request, response) => {
    visits.push(`${request.method} ${request.url} ${request.headers.cookie ?? ''}`)
    response.end('{"BaseResponse":{"Ret":0}}')
  })
  return { url, visits }
}

describe('a server that sends elsewhere', () => {
  test.each([301, 302, 303, 307, 308])('by HTTP %d: no request follows, with cookies or without', async (status) => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    const bot = botFor(wire, { clock: new HastyClock() })
    await bot.login()
    const to = bot.searchFriends({ name: '小满' })[0]?.UserName
    wire.trouble = ({ endpoint }) =>
      /send|upload|icon|batch/.test(endpoint)
        ? new Response('', { status, headers: { location: `${url}/steal` } })
        : undefined
    for (const attempt of [
      () => bot.send('hi', to),
      () => bot.sendFile(Buffer.from('x'), to),
      () => bot.getHeadImg({ userName: to }),
      () => bot.updateFriend(to ?? ''),
    ]) {
      expect(await failureOf(attempt())).toBeInstanceOf(ProtocolError)
    }
    expect(visits).toEqual([])
  })

  test.each([
    ['another host', (url: string) => url],
    ['another name of this machine', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['an address with a name before it', (url: string, own: string) => url.replace('//', `//${new URL(own).host}@`)],
    ['its own address with something behind it', (_: string, own: string) => `${own}.evil.example`],
    ['an address without a scheme', (url: string) => url.replace('http:', '')],
    ['no address', () => 'javascript:alert(1)'],
    ['a file', () => 'file:///etc/passwd'],
  ])('in the login reply, to %s: refused before a cookie leaves', async (_, lead) => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    wire.trouble = async ({ endpoint, pass }) => {
      if (endpoint !== 'login') return undefined
      const said = await (await pass()).text()
      return said.replace(/redirect_uri="https?:\/\/[^/"]+/, `redirect_uri="${lead(url, wire.url)}`)
    }
    const failure = await failureOf(botFor(wire, { clock: new HastyClock() }).login())
    expect(failure).toBeInstanceOf(ProtocolError)
    expect(visits).toEqual([])
    expect(wire.count('webwxnewloginpage')).toBe(0)
  })

  test('in messages and contacts: no address is fetched', async () => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const bot = botFor(sandbox)
    await bot.login()
    const handled = new Promise<void>((resolve) => {
      bot.msgRegister(['Sharing', 'Picture', 'Text', 'Card'], (msg) => (msg.text === 'end' ? resolve() : undefined))
    })
    void bot.run()
    const friend = sandbox.friend('小满')
    friend.send({ kind: 'link', title: 'x', url: `${url}/link`, thumbUrl: `${url}/thumb` } as never)
    friend.send({ kind: 'music', url: `${url}/music` } as never)
    sandbox.raw({
      from: friend.id,
      MsgType: 3,
      Content: `<msg><img cdnthumburl="${url}/a" cdnmidimgurl="${url}/b"/></msg>`,
      Url: `${url}/c`,
    })
    sandbox.raw({
      from: friend.id,
      MsgType: 49,
      AppMsgType: 5,
      Url: `${url}/d`,
      Content: `<msg><appmsg><url>${url}/e</url></appmsg></msg>`,
    })
    friend.say('end')
    await handled
    expect(visits).toEqual([])
  })
})
