// The floor of iLink: the shortest loop that logs in, polls and replies; files with the same cipher and checksum, without checks.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { Agent, request } from 'undici'

const KEY = Buffer.alloc(16, 7)

export async function start({ url }) {
  const dispatcher = new Agent()
  const handlers = new Map()
  let login
  let isClosed = false

  async function call(path, body) {
    const authorization = login ? { authorization: `Bearer ${login.bot_token}` } : {}
    const reply = await request(`${url}/ilink/bot/${path}`, {
      dispatcher,
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    return JSON.parse(await reply.body.text())
  }

  async function receive() {
    for (let cursor = ''; !isClosed; ) {
      const reply = await call('getupdates', { get_updates_buf: cursor })
      for (const message of reply.msgs ?? []) {
        const [item] = message.item_list
        handlers.get(item.type)?.({ ...message, item })
      }
      cursor = reply.get_updates_buf || cursor
    }
  }

  const TYPES = { Text: 1, Attachment: 4 }
  let clientId = 0
  return {
    async login() {
      const { qrcode } = await call('get_bot_qrcode?bot_type=3', {})
      let status
      while (status?.status !== 'confirmed') status = await call(`get_qrcode_status?qrcode=${qrcode}`)
      login = status
      await call('msg/notifystart', {})
      void receive().catch(() => {})
    },
    onMessage(types, fn) {
      for (const type of types) handlers.set(TYPES[type], fn)
    },
    reply: ({ from_user_id, context_token }, text) =>
      call('sendmessage', {
        msg: {
          from_user_id: '',
          to_user_id: from_user_id,
          client_id: `floor-${++clientId}`,
          message_type: 2,
          message_state: 2,
          item_list: [{ type: 1, text_item: { text } }],
          context_token,
        },
      }),
    async download({ item }, path) {
      const { media } = item.file_item
      const key = Buffer.from(Buffer.from(media.aes_key, 'base64').toString(), 'hex')
      const { body } = await request(media.full_url, { dispatcher })
      const decipher = createDecipheriv('aes-128-ecb', key, null)
      const hash = createHash('md5')
      const file = createWriteStream(path)
      for await (const chunk of body) {
        const plain = decipher.update(chunk)
        hash.update(plain)
        if (!file.write(plain)) await once(file, 'drain')
      }
      await new Promise((resolve) => file.end(decipher.final(), resolve))
      return hash.digest('hex')
    },
    async upload(path, sizeBytes) {
      const hash = createHash('md5')
      for await (const chunk of createReadStream(path)) hash.update(chunk)
      const { body } = await request(`${url}/c2c/upload?bare=1`, {
        dispatcher,
        method: 'POST',
        headers: { 'content-length': String((Math.floor(sizeBytes / 16) + 1) * 16) },
        body: createReadStream(path).pipe(createCipheriv('aes-128-ecb', KEY, null)),
      })
      await body.text()
      return hash.digest('hex')
    },
    async close() {
      isClosed = true
    },
  }
}
