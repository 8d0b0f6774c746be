import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { UOS_HEADERS } from '../../src/transports/web/wire/constants.js'
import { ManualClock } from '../support/manual-clock.js'
import { WireClient } from './support/wire-client.js'

let clock: ManualClock
let sandbox: Sandbox

beforeEach(async () => {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true })
})

afterEach(() => {
  expect(sandbox.lastError).toBeUndefined()
  return sandbox.close()
})

const warned = () => sandbox.warnings.map((warning) => `${warning.endpoint}: ${warning.text}`)

async function idle(client: WireClient): Promise<void> {
  const check = client.check()
  await sandbox.held('synccheck')
  await clock.advance(25_000)
  await check
}

test('does not warn about the safe behavior described in §15', async () => {
  const client = await new WireClient(sandbox.url).login()
  await client.notify()
  const { MemberList } = (await client.getContact()).json
  await client.batch(MemberList.slice(0, 3).map((contact: any) => ({ UserName: contact.UserName })))
  await client.check()
  await client.sync()
  await idle(client)
  await idle(client)
  sandbox.friend('林小满').say('你好')
  await client.check()
  await client.sync()
  await client.send('filehelper', '好')
  await client.request(`/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1&type=0&skey=${client.skey}`, { method: 'POST' })
  expect(sandbox.warnings).toEqual([])
})

test('serves an outdated program but warns about every risky request', async () => {
  const client = new WireClient(sandbox.url)
  const reply = await client.request('/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh-CN', { method: 'POST' })
  client.uuid = /uuid = "([^"]+)"/.exec(reply.text)?.[1] ?? ''
  await client.poll()
  const uri = new URL(/redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? '')
  const page = await client.request(uri.pathname + uri.search)
  const tag = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(page.text)?.[1] ?? ''
  const BaseRequest = { Uin: tag('wxuin'), Sid: tag('wxsid'), Skey: tag('skey'), DeviceID: tag('pass_ticket') }
  const twice = encodeURIComponent(encodeURIComponent(tag('pass_ticket')))
  const body = (more: object) => ({ method: 'POST', body: JSON.stringify({ BaseRequest, ...more }) })
  const init = await client.request(`/cgi-bin/mmwebwx-bin/webwxinit?pass_ticket=${twice}`, body({}))
  expect(init.json.BaseResponse.Ret).toBe(0)
  const { UserName } = init.json.User
  const Msg = { Type: 1, Content: 'x', FromUserName: UserName, ToUserName: 'filehelper', LocalID: 5, ClientMsgId: 5 }
  await client.request('/cgi-bin/mmwebwx-bin/webwxsendmsg', body({ Msg, Scene: 0 }))
  await client.request('/cgi-bin/mmwebwx-bin/webwxsendmsg', body({ Msg, Scene: 0 }))
  await client.request(`/cgi-bin/mmwebwx-bin/webwxlogout?type=1&skey=${BaseRequest.Skey}`)
  expect(warned()).toEqual([
    'jslogin: method is POST; use GET',
    'jslogin: lang is not zh_CN',
    'jslogin: mod=desktop is missing from redirect_uri; most accounts are refused without it',
    'webwxnewloginpage: fun=new&version=v2 is missing from the ticket URL; the reply is 301 without it',
    'webwxnewloginpage: mod=desktop is missing from the ticket URL',
    'webwxnewloginpage: header client-version does not have the UOS value; most accounts are refused without it',
    'webwxnewloginpage: header extspam does not have the UOS value; most accounts are refused without it',
    'webwxinit: BaseRequest.Uin is not a number',
    'webwxinit: BaseRequest.DeviceID is not the letter e followed by 15 digits',
    'webwxinit: Content-Type is text/plain;charset=UTF-8; use application/json;charset=UTF-8',
    'webwxinit: pass_ticket is not the received value, percent-encoded once',
    'webwxsendmsg: BaseRequest.Uin is not a number',
    'webwxsendmsg: BaseRequest.DeviceID is not the letter e followed by 15 digits',
    'webwxsendmsg: Content-Type is text/plain;charset=UTF-8; use application/json;charset=UTF-8',
    'webwxsendmsg: LocalID is not a string of 17 digits',
    'webwxsendmsg: LocalID is reused; use a new one for each message',
    'webwxlogout: logout is not a POST with type=0',
  ])
  for (const { section } of sandbox.warnings) expect(section).toMatch(/^§\d+(\.\d+)?$/)
})

test('warns about an incorrect sync loop', async () => {
  const client = await new WireClient(sandbox.url).login()
  sandbox.friend('林小满').say('你好')
  await client.check()
  await client.check()
  await client.sync()
  const old = client.checkKey
  sandbox.friend('林小满').say('还在吗')
  await client.sync()
  client.checkKey = old
  await client.check()
  expect(warned()).toEqual([
    'synccheck: the previous selector reported events, but webwxsync was not called',
    'synccheck: synckey is not the latest SyncCheckKey',
  ])
})

test('counts a failed webwxsync call as a call', async () => {
  const client = await new WireClient(sandbox.url).login()
  sandbox.friend('林小满').say('你好')
  for (const fault of [{ kind: 'ret', ret: -1 }, { kind: 'status' }, { kind: 'dropReply' }] as const) {
    await client.check()
    sandbox.faults.add({ ...fault, path: 'webwxsync' })
    await client.sync().catch(() => {})
  }
  await client.check()
  expect(sandbox.warnings).toEqual([])
})

test('warns about concurrent polls', async () => {
  const client = await new WireClient(sandbox.url).login()
  const first = client.check()
  await sandbox.held('synccheck')
  const checked = new Promise<void>((resolve) => {
    sandbox.on('warning', () => resolve())
  })
  const second = client.check()
  await checked
  await clock.advance(25_000)
  await Promise.all([first, second])
  expect(warned()).toEqual(['synccheck: another synccheck is still pending'])
})

test('serves batches that are empty or too large but warns about them', async () => {
  const client = await new WireClient(sandbox.url).login()
  const friend = await client.userName('林小满')
  expect((await client.batch(Array(51).fill({ UserName: friend }))).json.Count).toBe(51)
  await client.batch([])
  await client.getContact(7)
  expect(warned()).toEqual([
    'webwxbatchgetcontact: more than 50 UserNames in one request',
    'webwxbatchgetcontact: List is empty; do not send the request',
    'webwxgetcontact: seq is neither 0 nor the Seq of the previous page',
  ])
})

test('does not warn about the behavior of the official page or of a desktop program', async () => {
  const client = new WireClient(sandbox.url)
  await client.requestUuid()
  await client.poll()
  const uri = /redirect_uri="([^"]+)"/.exec((await client.poll()).text)?.[1] ?? ''
  const { referer: _, ...headers } = UOS_HEADERS
  await client.exchange(uri, headers)
  await client.init()
  const draw = (digit: number) => Object.assign(client, { deviceId: `e${String(digit).repeat(15)}` })
  await draw(1).notify()
  const room = await client.userName('产品设计群')
  const friend = await client.userName('林小满')
  await draw(2).batch([{ UserName: friend, EncryChatRoomId: room }])
  await draw(3).check()
  await draw(4).sync()
  await draw(5).upload('filehelper', 'x', Buffer.from('x'))
  await draw(6).send('filehelper', 'x')
  expect(warned()).toEqual([])
})
