// The floor: the shortest loop over the same HTTP client that logs in, loads the contacts and receives. JSON.parse, no decoding, no
// checks, no recovery. What a client could cost at least.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { Agent, request } from 'undici'

export async function start({ url }) {
  const dispatcher = new Agent()
  const cookies = new Map()
  let handler = () => {}
  let session
  let isClosed = false
  let onUuid = () => {}

  async function call(path, body) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await request(url + path, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(cookie === '' ? {} : { cookie }), 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    for (const line of [reply.headers['set-cookie'] ?? []].flat()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    return reply.body.text()
  }
  const callJson = async (path, body) => JSON.parse(await call(path, body))
  const base = () => ({ Uin: session.uin, Sid: session.sid, Skey: session.skey, DeviceID: 'e000000000000001' })
  const keyText = () => session.syncKey.List.map(({ Key, Val }) => `${Key}_${Val}`).join('|')

  async function login() {
    const uuid = /uuid = "([^"]+)"/.exec(await call('/jslogin?appid=wx782c26e4c19acffb&fun=new&lang=zh_CN'))[1]
    onUuid(uuid)
    let redirect
    while (!redirect) {
      const text = await call(`/cgi-bin/mmwebwx-bin/login?loginicon=true&uuid=${uuid}&tip=0`)
      redirect = /redirect_uri="([^"]+)"/.exec(text)?.[1]
    }
    const { pathname, search } = new URL(redirect)
    const page = await call(`${pathname}${search}&fun=new&version=v2`)
    const read = (name) => new RegExp(`<${name}>(.*?)</${name}>`).exec(page)?.[1]
    session = { sid: read('wxsid'), uin: read('wxuin'), skey: read('skey'), ticket: read('pass_ticket') }
    const init = await callJson('/cgi-bin/mmwebwx-bin/webwxinit?r=1', { BaseRequest: base() })
    Object.assign(session, { syncKey: init.SyncKey, user: init.User.UserName })
    const contacts = new Map(init.ContactList.map((one) => [one.UserName, one]))
    for (let seq = 0, isFirst = true; isFirst || seq > 0; isFirst = false) {
      const reply = await callJson(`/cgi-bin/mmwebwx-bin/webwxgetcontact?seq=${seq}&skey=${session.skey}`, {})
      for (const one of reply.MemberList) contacts.set(one.UserName, one)
      seq = reply.Seq ?? 0
    }
    const groups = [...contacts.keys()].filter((name) => name.startsWith('@@'))
    for (let n = 0; n < groups.length; n += 50) {
      const List = groups.slice(n, n + 50).map((UserName) => ({ UserName, EncryChatRoomId: '' }))
      const body = { BaseRequest: base(), Count: List.length, List }
      const reply = await callJson('/cgi-bin/mmwebwx-bin/webwxbatchgetcontact?type=ex&r=1', body)
      for (const one of reply.ContactList) contacts.set(one.UserName, one)
    }
    return contacts
  }

  async function receive() {
    while (!isClosed) {
      const query = new URLSearchParams({ ...session, synckey: keyText(), deviceid: 'e1', r: '1' })
      const check = await call(`/cgi-bin/mmwebwx-bin/synccheck?${query}`)
      if (/selector:"0"/.test(check)) continue
      for (let more = 1; more; ) {
        const path = `/cgi-bin/mmwebwx-bin/webwxsync?sid=${session.sid}&skey=${session.skey}&pass_ticket=${session.ticket}`
        const reply = await callJson(path, { BaseRequest: base(), SyncKey: session.syncKey, rr: 1 })
        for (const message of reply.AddMsgList) {
          handler({ text: message.Content, type: message.MsgType, chat: message.FromUserName })
        }
        session.syncKey = reply.SyncKey
        more = reply.ContinueFlag
      }
    }
  }

  let contacts
  return {
    async login() {
      contacts = await login()
      void receive().catch(() => {})
    },
    get contacts() {
      return contacts
    },
    onMessage(fn) {
      handler = fn
    },
    onQr(fn) {
      onUuid = fn
    },
    /** The same bytes as an upload, with the md5 that it needs, in one request. */
    async uploadBare(path, sizeBytes) {
      const hash = createHash('md5')
      for await (const chunk of createReadStream(path)) hash.update(chunk)
      const { body } = await request(`${url}/bare`, {
        dispatcher,
        method: 'POST',
        headers: { 'content-length': String(sizeBytes) },
        body: createReadStream(path),
      })
      await body.text()
      return hash.digest('hex')
    },
    /** The same bytes as a download, with the md5 that checks it, written to a file. */
    async downloadBare(sizeBytes, path) {
      const { body } = await request(`${url}/bare?bytes=${sizeBytes}`, { dispatcher })
      const hash = createHash('md5')
      const file = createWriteStream(path)
      for await (const chunk of body) {
        hash.update(chunk)
        if (!file.write(chunk)) await once(file, 'drain')
      }
      await new Promise((resolve) => file.end(resolve))
      return hash.digest('hex')
    },
    async send(chat, text) {
      const id = `${Date.now()}${Math.floor(Math.random() * 1e4)}`
      const Msg = { Type: 1, Content: text, FromUserName: session.user, ToUserName: chat, LocalID: id, ClientMsgId: id }
      const path = `/cgi-bin/mmwebwx-bin/webwxsendmsg?pass_ticket=${session.ticket}`
      await callJson(path, { BaseRequest: base(), Msg, Scene: 0 })
    },
    async close() {
      isClosed = true
      await dispatcher.destroy().catch(() => {})
    },
  }
}
