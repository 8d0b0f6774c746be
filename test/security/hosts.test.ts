import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProtocolError } from 'itchat'
import { describe, expect, test } from 'vitest'
import { botFor, sandboxFor } from '../support/bot.js'
import { failureOf, gate } from '../support/gate.js'
import { AutoAdvanceClock } from '../support/hasty-clock.js'
import { serve } from '../support/http-server.js'
import { tampered } from '../support/tampered.js'
import { wireTo } from '../support/wire.js'

const folder = () => mkdtempSync(join(tmpdir(), 'itchat-'))

/** Starts a third-party server that records the requests it receives. */
async function elsewhere() {
  const visits: string[] = []
  const url = await serve((request, response) => {
    visits.push(`${request.method} ${request.url} ${request.headers.cookie ?? ''}`)
    response.end('{"BaseResponse":{"Ret":0}}')
  })
  return { url, visits }
}

describe('URLs that point to another host', () => {
  test.each([301, 302, 303, 307, 308])(
    'in an HTTP %d redirect are not followed, with or without cookies',
    async (status) => {
      const { url, visits } = await elsewhere()
      const sandbox = await sandboxFor()
      const wire = await wireTo(sandbox)
      const bot = botFor(wire, { clock: new AutoAdvanceClock() })
      await bot.login()
      const to = bot.searchFriends({ name: '小满' })[0]?.UserName
      wire.intercept = ({ endpoint }) =>
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
    },
  )

  test.each([
    ['another host', (url: string) => url],
    ['another name of this machine', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['a URL with userinfo', (url: string, own: string) => url.replace('//', `//${new URL(own).host}@`)],
    ['its own URL with a suffix', (_: string, own: string) => `${own}.evil.example`],
    ['a URL without a scheme', (url: string) => url.replace('http:', '')],
    ['a javascript: URL', () => 'javascript:alert(1)'],
    ['a file URL', () => 'file:///etc/passwd'],
  ])('in the login reply (%s) are rejected before any cookie is sent', async (_, redirect) => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const wire = await wireTo(sandbox)
    wire.intercept = async ({ endpoint, pass }) => {
      if (endpoint !== 'login') return undefined
      const body = await (await pass()).text()
      return body.replace(/redirect_uri="https?:\/\/[^/"]+/, `redirect_uri="${redirect(url, wire.url)}`)
    }
    const failure = await failureOf(botFor(wire, { clock: new AutoAdvanceClock() }).login())
    expect(failure).toBeInstanceOf(ProtocolError)
    expect(visits).toEqual([])
    expect(wire.count('webwxnewloginpage')).toBe(0)
  })

  test('in messages and contacts are not fetched', async () => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const server = await tampered(sandbox, (_, answer) => {
      const entries = [answer.MemberList, answer.ContactList, answer.ModContactList].flatMap((list) => list ?? [])
      for (const entry of entries) entry.HeadImgUrl = `${url}/contact`
      for (const message of answer.AddMsgList ?? []) {
        for (const key of ['Url', 'ImgUrl', 'HeadImgUrl', 'EncryFileName', 'MediaId']) message[key] = `${url}/${key}`
        message.Content = message.Content.replaceAll(/(url=(?:"|&quot;)|url&gt;)/g, `$1${url}/xml`)
      }
    })
    const bot = botFor(server, { downloadDir: folder() })
    const kinds = ['link', 'music', 'miniProgram', 'image', 'file', 'sticker'] as const
    const handled = gate()
    let count = 0
    // Makes every request that a program can make for a message.
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
  ])('in a modified saved login (%s) receive no requests', async (_, change) => {
    const { url, visits } = await elsewhere()
    const sandbox = await sandboxFor()
    const path = join(folder(), 'state.json')
    const first = botFor(sandbox)
    await first.autoLogin({ hotReload: true, statusStorageDir: path })
    await first.close()
    const file = JSON.parse(readFileSync(path, 'utf8'))
    Object.assign(file.content.session, change(url))
    // An attacker who can change the file can also update its checksum.
    file.sha256 = createHash('sha256').update(JSON.stringify(file.content)).digest('hex')
    writeFileSync(path, JSON.stringify(file))
    const bot = botFor(sandbox)
    await failureOf(bot.autoLogin({ hotReload: true, statusStorageDir: path }))
    expect(visits).toEqual([])
  })
})
