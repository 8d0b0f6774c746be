// The server of the benchmarks, in a process of its own: the sandbox, and in front of it the pages of a burst, written once and sent
// as they are, so that the server costs little and the same for every client.
import { startSandbox } from 'itchat/sandbox'
import { createAdaptorServer } from '../dist/sandbox/vendor/hono.js'

const { options: world } = await new Promise((resolve) => process.once('message', resolve))
const sandbox = await startSandbox({
  port: 0,
  autoLogin: true,
  floodLimit: false,
  mediaLimitBytes: 2 ** 30,
  ilink: { quota: 1_000_000 },
  ...world,
})

/** The last message id. It only grows: a client ignores a message with an id that it has seen. */
let id = 4_000_000_000_000_000_000n + BigInt(Date.now())

/** Bodies of `webwxsync` that wait, and the messages of the last reply, to make them from. */
let pages = []
/** Bodies made by `load` that wait for `go`. */
let loaded = []
let samples = []
/** The position the sandbox gave out last: it stays, so that the client goes on with the sandbox afterwards. */
let syncKey
let isRecording = false
let requests = 0
let areUploadsDiscarded = false

async function fetch(request) {
  requests++
  const { pathname } = new URL(request.url)
  if (pathname === '/bare') return bare(request)
  if (areUploadsDiscarded && pathname.endsWith('/webwxuploadmedia')) return discardUpload(request)
  if (areUploadsDiscarded && pathname === '/c2c/upload') return discardEncrypted(request)
  const isSync = pathname.endsWith('/webwxsync')
  if (pages.length > 0 && pathname.endsWith('/synccheck')) {
    return new Response('window.synccheck={retcode:"0",selector:"2"}', {
      headers: { 'content-type': 'text/javascript' },
    })
  }
  if (pages.length > 0 && isSync) {
    await request.arrayBuffer()
    return new Response(pages.shift(), { headers: { 'content-type': 'text/plain' } })
  }
  const response = await sandbox.handle(request)
  if (!isRecording || !isSync) return response
  const text = await response.text()
  const { AddMsgList, SyncKey } = JSON.parse(text)
  samples.push(...AddMsgList.filter(({ MsgType }) => MsgType !== 51))
  syncKey = SyncKey
  return new Response(text, response)
}

/** A stream of bytes without a protocol: as fast as this server can receive and send. */
async function bare(request) {
  if (request.method === 'POST') {
    for await (const _ of request.body) {
      // Discarded.
    }
    return new Response('')
  }
  let left = Number(new URL(request.url).searchParams.get('bytes'))
  const chunk = Buffer.alloc(64 * 1024, 7)
  const body = new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close()
      controller.enqueue(new Uint8Array(chunk.subarray(0, Math.min(left, chunk.length))))
      left -= chunk.length
    },
  })
  return new Response(body)
}

/** Accepts a chunk of an upload without reading it. */
async function discardUpload(request) {
  for await (const _ of request.body) {
    // Discarded.
  }
  return Response.json({ BaseResponse: { Ret: 0, ErrMsg: '' }, MediaId: '@bench', StartPos: 0, EncryFileName: '' })
}

/** Accepts an encrypted file without reading it. */
async function discardEncrypted(request) {
  for await (const _ of request.body) {
    // Discarded.
  }
  return new Response('', { headers: { 'x-encrypted-param': 'bench' } })
}

const server = createAdaptorServer({ fetch })
server.keepAliveTimeout = 65_000
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

/** The pages of `count` messages, each like one of the samples, numbered from 0; from these senders in turn if given. */
function makePages(count, size, senders) {
  const bodies = []
  for (let from = 0; from < count; from += size) {
    const messages = []
    for (let n = from; n < Math.min(from + size, count); n++) {
      const sample = samples[n % samples.length]
      id += 7n
      const text = JSON.stringify({
        ...sample,
        ...(senders ? { FromUserName: senders[n % senders.length] } : {}),
        MsgId: String(id),
        NewMsgId: 0,
        Content: sample.Content.replace('#', `#${n} `),
      })
      messages.push(text.replace('"NewMsgId":0', `"NewMsgId":${id}`))
    }
    bodies.push([messages, from + size < count])
  }
  return bodies.map(([messages, more]) => page(messages, more))
}

function page(messages, more) {
  const key = JSON.stringify(syncKey)
  return Buffer.from(
    `{"BaseResponse":{"Ret":0,"ErrMsg":""},"AddMsgCount":${messages.length},"AddMsgList":[${messages.join(',')}],` +
      '"ModContactCount":0,"ModContactList":[],"DelContactCount":0,"DelContactList":[],"ModChatRoomMemberCount":0,' +
      `"ModChatRoomMemberList":[],"Profile":{"BitFlag":0},"ContinueFlag":${Number(more)},"SyncKey":${key},"SKey":"",` +
      `"SyncCheckKey":${key}}`,
  )
}

const CALLS = {
  /** Says the samples for real; the next syncs carry them, as this client's session names them. */
  prime({ say }) {
    samples = []
    isRecording = true
    for (const { from, room, ...content } of say) {
      const speaker = room === undefined ? sandbox.friend(from) : sandbox.group(room).member(from)
      if (content.kind === undefined) speaker.say(content.text)
      else speaker.send(content)
    }
  },
  /** Makes the burst ready; nothing is sent before `go`. */
  load({ count, pageSize, senders }) {
    isRecording = false
    loaded = makePages(count, pageSize, senders)
  },
  go({ from }) {
    pages = loaded
    // Ends a poll that the sandbox holds.
    sandbox.friend(from).say('go')
  },
  /** Ms from the message to the reply on the phone. */
  async echo({ from }) {
    const startedAt = performance.now()
    const friend = sandbox.friend(from)
    friend.say('hello')
    await friend.nextMessage()
    return performance.now() - startedAt
  },
  chatter({ from, count }) {
    const friend = sandbox.friend(from)
    for (let n = 0; n < count; n++) friend.say(`message ${n}: how are you today? 今天天气怎么样`)
  },
  /** Logs a program in that only polls. */
  async logIn() {
    const { Itchat } = await import('itchat')
    const bot = new Itchat({ baseUrl: sandbox.url, logger: { debug() {}, info() {}, warn() {}, error() {} } })
    await bot.login({ qrCallback() {} })
    void bot.run()
    await sandbox.online()
  },
  /** Requests of a program without a session, which the list of requests shows as refused. */
  async traffic({ count }) {
    const endpoints = ['webwxinit', 'webwxsync', 'webwxsendmsg', 'webwxgetcontact', 'webwxbatchgetcontact']
    const body = JSON.stringify({
      BaseRequest: { Uin: 1, Sid: 'x', Skey: '@crypt_x', DeviceID: 'e1' },
      Count: 0,
      List: [],
    })
    for (let n = 0; n < count; n++) {
      const url = `${sandbox.url}/cgi-bin/mmwebwx-bin/${endpoints[n % endpoints.length]}?r=${n}`
      await (await sandbox.handle(new Request(url, { method: 'POST', body }))).text()
    }
  },
  /** Leaves out what records the headers and bodies of requests and replies. */
  async stubCapture() {
    const { RequestCapture } = await import('../dist/sandbox/inspector/capture.js')
    const unused = () => undefined
    Object.assign(RequestCapture.prototype, { begin: unused, receive: unused, reply: unused, drop: unused })
  },
  /** The processor time of this process in ms, and the number of requests. */
  usage() {
    const { user, system } = process.cpuUsage()
    return { cpuMs: (user + system) / 1_000, requests }
  },
  pageUrl: () => sandbox.url,
  clawbotOnline: () => sandbox.clawbot.online(),
  /** Ms from the owner's message to the reply in the ClawBot chat. */
  async clawbotEcho() {
    await sandbox.clawbot.online()
    const startedAt = performance.now()
    sandbox.clawbot.say('hello')
    await sandbox.clawbot.nextMessage()
    return performance.now() - startedAt
  },
  clawbotFile: ({ sizeBytes }) =>
    void sandbox.clawbot.send({ kind: 'file', name: 'large.bin', bytes: Buffer.alloc(sizeBytes, 7) }),
  rename({ from = 0, count, name }) {
    for (let n = from; n < from + count; n++) sandbox.friend(`wxid_${n}`).rename(`${name} ${n}`)
  },
  sendFile: ({ from, sizeBytes }) =>
    void sandbox.friend(from).send({ kind: 'file', name: 'large.bin', bytes: Buffer.alloc(sizeBytes, 7) }),
  discardUploads() {
    areUploadsDiscarded = true
  },
  held: () => sandbox.held('synccheck'),
  requests: () => requests,
}

process.on('message', async ({ id, call, options }) => {
  try {
    process.send({ id, result: await CALLS[call](options ?? {}) })
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) })
  }
})
process.send({ url: `http://127.0.0.1:${server.address().port}` })
