import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** A reply with its body. */
export interface IlinkReply {
  status: number
  headers: Headers
  bytes: Buffer
  text: string
  /** The body as JSON, with integers beyond 2^53 rounded; `undefined` if the body is not JSON. */
  json: any
}

/** A client of the iLink protocol that sends exactly the given values, which default to correct ones. */
export class IlinkClient {
  readonly url: string
  qrcode = ''
  token = ''
  botId = ''
  userId = ''
  cursor = ''
  contextToken: string | undefined
  #counter = 0

  constructor(url: string) {
    this.url = url
  }

  /** The headers of a request. */
  headers(method: 'GET' | 'POST', isAuthorized: boolean): Record<string, string> {
    const uin = randomBytes(4).readUInt32BE()
    return {
      'iLink-App-Id': 'bot',
      'iLink-App-ClientVersion': '65547',
      ...(method === 'POST'
        ? {
            'Content-Type': 'application/json',
            AuthorizationType: 'ilink_bot_token',
            'X-WECHAT-UIN': Buffer.from(String(uin)).toString('base64'),
          }
        : {}),
      ...(isAuthorized ? { Authorization: `Bearer ${this.token}` } : {}),
    }
  }

  async request(path: string, init: RequestInit = {}): Promise<IlinkReply> {
    const response = await fetch(path.startsWith('http') ? path : this.url + path, init)
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

  /** Sends a request with a token. `headers` replaces headers; `''` removes one. */
  post(
    path: string,
    body: object | string = {},
    { headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<IlinkReply> {
    const all = Object.entries({ ...this.headers('POST', true), ...headers }).filter(([, value]) => value !== '')
    const full = typeof body === 'string' ? body : JSON.stringify({ base_info: { channel_version: '1.0' }, ...body })
    return this.request(`/ilink/bot/${path}`, {
      method: 'POST',
      headers: Object.fromEntries(all),
      body: full,
      ...(signal ? { signal } : {}),
    })
  }

  async requestQr(body: object = {}): Promise<IlinkReply> {
    const reply = await this.request('/ilink/bot/get_bot_qrcode?bot_type=3', {
      method: 'POST',
      headers: this.headers('POST', false),
      body: JSON.stringify(body),
    })
    this.qrcode = reply.json?.qrcode ?? ''
    return reply
  }

  status(verifyCode?: string, init: RequestInit = {}): Promise<IlinkReply> {
    const code = verifyCode === undefined ? '' : `&verify_code=${verifyCode}`
    return this.request(`/ilink/bot/get_qrcode_status?qrcode=${this.qrcode}${code}`, {
      headers: this.headers('GET', false),
      ...init,
    })
  }

  /** Logs in to a sandbox with `autoLogin`. */
  async login(): Promise<this> {
    await this.requestQr()
    let reply = await this.status()
    while (reply.json.status !== 'confirmed') reply = await this.status()
    this.take(reply)
    return this
  }

  /** Stores the credentials of a `confirmed` reply. */
  take({ json }: IlinkReply): void {
    this.token = json.bot_token
    this.botId = json.ilink_bot_id
    this.userId = json.ilink_user_id
  }

  start(): Promise<IlinkReply> {
    return this.post('msg/notifystart')
  }

  async poll(body: object = {}, options: { signal?: AbortSignal } = {}): Promise<IlinkReply> {
    const reply = await this.post('getupdates', { get_updates_buf: this.cursor, ...body }, options)
    this.cursor = reply.json?.get_updates_buf || this.cursor
    this.contextToken = reply.json?.msgs?.at(-1)?.context_token ?? this.contextToken
    return reply
  }

  /** A correct message with one item. */
  message(item: object, fields: object = {}): object {
    return {
      from_user_id: '',
      to_user_id: this.userId,
      client_id: `test:${++this.#counter}`,
      message_type: 2,
      message_state: 2,
      item_list: [item],
      context_token: this.contextToken,
      ...fields,
    }
  }

  sendItem(item: object, fields: object = {}): Promise<IlinkReply> {
    return this.post('sendmessage', { msg: this.message(item, fields) })
  }

  send(text: string, fields: object = {}): Promise<IlinkReply> {
    return this.sendItem({ type: 1, text_item: { text } }, fields)
  }

  /** A correct request for an upload address. */
  announcement(bytes: Buffer, key: Buffer, fields: object = {}): object {
    return {
      filekey: randomBytes(16).toString('hex'),
      media_type: 1,
      to_user_id: this.userId,
      rawsize: bytes.length,
      rawfilemd5: createHash('md5').update(bytes).digest('hex'),
      filesize: encrypt(bytes, key).length,
      no_need_thumb: true,
      aeskey: key.toString('hex'),
      ...fields,
    }
  }

  putFile(url: string, bytes: Buffer, init: RequestInit = {}): Promise<IlinkReply> {
    return this.request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
      ...init,
    })
  }

  /** Uploads a file and returns its reference with the fields for an item. */
  async upload(bytes: Buffer, key: Buffer, fields: object = {}): Promise<{ media: object; size: number }> {
    const { json } = await this.post('getuploadurl', this.announcement(bytes, key, fields))
    const encrypted = encrypt(bytes, key)
    const { headers } = await this.putFile(json.upload_full_url, encrypted)
    const aesKey = Buffer.from(key.toString('hex')).toString('base64')
    const reference = headers.get('x-encrypted-param')
    return { media: { encrypt_query_param: reference, aes_key: aesKey, encrypt_type: 1 }, size: encrypted.length }
  }
}

export function encrypt(bytes: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

export function decrypt(bytes: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-ecb', key, null)
  return Buffer.concat([decipher.update(bytes), decipher.final()])
}
