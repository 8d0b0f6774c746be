import { createHash } from 'node:crypto'
import { UOS_HEADERS } from '../../../src/transports/web/wire/constants.js'

const API = '/cgi-bin/mmwebwx-bin/'
const CHUNK = 512 * 1024
const REDIRECT = 'https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?mod=desktop'

/** A reply in the wire protocol with its body. */
export interface Reply {
  status: number
  headers: Headers
  bytes: Buffer
  text: string
  /** The body as JSON, with integers beyond 2^53 rounded; `undefined` if the body is not JSON. */
  json: any
}

/** A client that sends exactly the given values, which default to the safe ones from docs/protocol.md §15. */
export class WireClient {
  readonly url: string
  readonly cookies = new Map<string, string>()
  uuid = ''
  uin = 0
  sid = ''
  skey = ''
  passTicket = ''
  deviceId = 'e123456789012345'
  self = ''
  syncKey: any
  checkKey: any
  #localId = 17_952_209_296_230_000n
  #mediaId = 1_795_220_929_623

  constructor(url: string) {
    this.url = url
  }

  async request(path: string, init: RequestInit = {}): Promise<Reply> {
    const headers = new Headers(init.headers)
    if (this.cookies.size > 0) headers.set('cookie', [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; '))
    const response = await fetch(this.url + path, { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      this.cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const bytes = Buffer.from(await response.arrayBuffer())
    const text = bytes.toString('utf8')
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      // Not every reply is JSON.
    }
    return { status: response.status, headers: response.headers, bytes, text, json }
  }

  get(endpoint: string, query: Record<string, string> = {}, init: RequestInit = {}): Promise<Reply> {
    return this.request(`${API}${endpoint}?${new URLSearchParams(query)}`, init)
  }

  post(endpoint: string, body: object = {}, query: Record<string, string> = {}): Promise<Reply> {
    return this.request(`${API}${endpoint}?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json;charset=UTF-8' },
      body: JSON.stringify({ BaseRequest: this.base, ...body }),
    })
  }

  get base() {
    return { Uin: this.uin, Sid: this.sid, Skey: this.skey, DeviceID: this.deviceId }
  }

  async requestUuid(): Promise<Reply> {
    const query = { appid: 'wx782c26e4c19acffb', fun: 'new', redirect_uri: REDIRECT, lang: 'zh_CN', _: '1' }
    const reply = await this.request(`/jslogin?${new URLSearchParams(query)}`)
    this.uuid = /uuid = "([^"]+)"/.exec(reply.text)?.[1] ?? ''
    return reply
  }

  poll(init: RequestInit = {}): Promise<Reply> {
    return this.get('login', { loginicon: 'true', uuid: this.uuid, tip: '0', r: '1' }, init)
  }

  async exchange(redirectUri: string, headers: Record<string, string> = UOS_HEADERS): Promise<Reply> {
    const url = new URL(`${redirectUri}&fun=new&version=v2&mod=desktop`)
    const reply = await this.request(url.pathname + url.search, { headers })
    const tag = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(reply.text)?.[1] ?? ''
    this.skey = tag('skey')
    this.sid = tag('wxsid')
    this.uin = Number(tag('wxuin'))
    this.passTicket = tag('pass_ticket')
    return reply
  }

  async init(): Promise<Reply> {
    const reply = await this.post('webwxinit', {}, { r: '1', pass_ticket: this.passTicket })
    this.self = reply.json.User?.UserName ?? ''
    this.syncKey = reply.json.SyncKey
    this.checkKey = reply.json.SyncKey
    return reply
  }

  notify(code = 3, to = this.self): Promise<Reply> {
    return this.post(
      'webwxstatusnotify',
      { Code: code, FromUserName: this.self, ToUserName: to, ClientMsgId: 1 },
      { pass_ticket: this.passTicket },
    )
  }

  check(query: Record<string, string> = {}, init: RequestInit = {}): Promise<Reply> {
    const synckey = this.checkKey.List.map((key: any) => `${key.Key}_${key.Val}`).join('|')
    const base = { r: '1', skey: this.skey, sid: this.sid, uin: String(this.uin), deviceid: this.deviceId, _: '1' }
    return this.get('synccheck', { ...base, synckey, ...query }, init)
  }

  async sync(key = this.syncKey): Promise<Reply> {
    const query = { sid: this.sid, skey: this.skey, pass_ticket: this.passTicket }
    const reply = await this.post('webwxsync', { SyncKey: key, rr: -1 }, query)
    if (reply.json.SyncKey?.Count > 0) this.syncKey = reply.json.SyncKey
    if (reply.json.SyncCheckKey?.Count > 0) this.checkKey = reply.json.SyncCheckKey
    return reply
  }

  getContact(seq = 0): Promise<Reply> {
    return this.get('webwxgetcontact', { r: '1', seq: String(seq), skey: this.skey })
  }

  batch(entries: object[]): Promise<Reply> {
    return this.post('webwxbatchgetcontact', { Count: entries.length, List: entries }, { type: 'ex', r: '1' })
  }

  send(to: string, content: string, fields: object = {}): Promise<Reply> {
    return this.sendBy('webwxsendmsg', to, { Type: 1, Content: content, ...fields })
  }

  sendBy(
    endpoint: string,
    to: string,
    fields: object,
    query: Record<string, string> = {},
    scene: number = 0,
  ): Promise<Reply> {
    const id = String(this.#localId++)
    const Msg = { FromUserName: this.self, ToUserName: to, LocalID: id, ClientMsgId: id, ...fields }
    return this.post(endpoint, { Msg, Scene: scene }, { ...query, pass_ticket: this.passTicket })
  }

  sendFile(to: string, name: string, size: number, mediaId: string, fields: object = {}): Promise<Reply> {
    const title = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    const Content =
      `<appmsg appid='wxeb7ec651dd0aefa9' sdkver=''><title>${title}</title><des></des><action></action><type>6</type>` +
      `<content></content><url></url><lowurl></lowurl><appattach><totallen>${size}</totallen>` +
      `<attachid>${mediaId}</attachid><fileext>bin</fileext></appattach><extinfo></extinfo></appmsg>`
    return this.sendBy('webwxsendappmsg', to, { Type: 6, Content, ...fields }, { fun: 'async', f: 'json' })
  }

  /** Uploads a chunk. `fields` overrides fields of the form; `undefined` omits a field. */
  async chunk(piece: Uint8Array, fields: Record<string, string | undefined>, request: object): Promise<Reply> {
    const form = new FormData()
    const all: Record<string, string | undefined> = {
      id: 'WU_FILE_0',
      type: 'application/octet-stream',
      lastModifiedDate: 'Sat Nov 21 2026 00:22:05 GMT+0800 (CST)',
      mediatype: 'doc',
      uploadmediarequest: JSON.stringify(request),
      webwx_data_ticket: this.cookies.get('webwx_data_ticket') ?? '',
      pass_ticket: this.passTicket,
      ...fields,
    }
    for (const [name, value] of Object.entries(all)) if (value !== undefined) form.append(name, value)
    form.append('filename', new Blob([new Uint8Array(piece)]), fields.name ?? 'blob')
    return await this.request(`${API}webwxuploadmedia?f=json`, { method: 'POST', body: form })
  }

  /** Uploads a file in chunks and returns the replies. `changed` overrides fields of `uploadmediarequest`. */
  async upload(to: string, name: string, bytes: Uint8Array, changed: object = {}, form: object = {}): Promise<Reply[]> {
    const request = this.uploadRequest(to, bytes, changed)
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK))
    const replies: Reply[] = []
    for (let chunk = 0; chunk < chunks; chunk++) {
      const piece = bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK)
      const count = chunks > 1 ? { chunks: String(chunks), chunk: String(chunk) } : {}
      replies.push(await this.chunk(piece, { name, size: String(bytes.length), ...count, ...form }, request))
    }
    return replies
  }

  uploadRequest(to: string, bytes: Uint8Array, changed: object = {}) {
    return {
      UploadType: 2,
      BaseRequest: this.base,
      ClientMediaId: this.#mediaId++,
      TotalLen: bytes.length,
      StartPos: 0,
      DataLen: bytes.length,
      MediaType: 4,
      FromUserName: this.self,
      ToUserName: to,
      FileMd5: createHash('md5').update(bytes).digest('hex'),
      ...changed,
    }
  }

  /** Logs in to a sandbox with `autoLogin`, up to and including `webwxinit`. */
  async login(): Promise<this> {
    await this.requestUuid()
    let reply = await this.poll()
    while (!reply.text.includes('window.code=200')) reply = await this.poll()
    await this.exchange(/redirect_uri="([^"]+)"/.exec(reply.text)?.[1] ?? '')
    await this.init()
    return this
  }

  /** Returns the UserName of the contact with this NickName from webwxgetcontact, or `''` if there is no such contact. */
  async userName(nickName: string): Promise<string> {
    const { json } = await this.getContact()
    return json.MemberList.find((contact: any) => contact.NickName === nickName)?.UserName ?? ''
  }
}
