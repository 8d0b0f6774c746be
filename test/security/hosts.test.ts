import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProtocolError } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { HastyClock } from '../support/hasty-clock.js'
import { serve } from '../support/http-server.js'
import { tampered } from '../support/tampered.js'
import { wireTo } from '../support/wire.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

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
    const server = await tampered(sandbox, (_, answer) => {
      const people = [answer.MemberList, answer.ContactList, answer.ModContactList].flatMap((list) => list ?? [])
      for (const entry of people) entry.HeadImgUrl = `${url}/contact`
      for (const message of answer.AddMsgList ?? []) {
        for (const key of ['Url', 'ImgUrl', 'HeadImgUrl', 'EncryFileName', 'MediaId']) message[key] = `${url}/${key}`
        message.Content = message.Content.replaceAll(/(url=(?:"|&quot;)|url&gt;)/g, `$1${url}/xml`)
      }
    })
    const bot = botFor(server, { downloadDir: folder() })
    const kinds = ['link', 'music', 'miniProgram', 'image', 'file', 'sticker'] as const
    const handled = gate()
    let count = 0
    // All that a program could ask of them.
    bot.msgRegister(async (msg) => {
      await msg.download(`${msg.msgId}.bin`).catch(() => {})
      await bot.getHeadImg({ userName: msg.user.UserName }).catch(() => {})
      if (++count === kinds.length) handled.open()
    })
    await bot.login()
    void bot.run()
    for (const kind of kinds) sandbox.friend('小满').send({ kind })
    await handled.opened
    expect(visits).toEqual([])
  })

  test.each([
    ['the base host', (url: string) => ({ baseOrigin: url })],
    ['both hosts', (url: string) => ({ baseOrigin: url, loginOrigin: url })],
  ])('in a saved login that somebody changed, by %s: nothing goes there', async (_, change) => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir: path })
    await first.close()
    const file = JSON.parse(readFileSync(path, 'utf8'))
    Object.assign(file.content.session, change(url))
    // Whoever can change the file can make its sum fit.
    file.sha256 = createHash('sha256').update(JSON.stringify(file.content)).digest('hex')
    writeFileSync(path, JSON.stringify(file))
    const bot = botFor(sandbox)
    await failureOf(bot.autoLogin({ hotReload: true, statusStorageDir: path }))
    expect(visits).toEqual([])
  })
})
