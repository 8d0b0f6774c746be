import { serve } from '../support/http-server.js'

/** The owner's id at the scripted server. */
export const OWNER = 'o9cq80Owner_1@im.wechat'

/** A reply to a poll. */
interface ScriptedReply {
  /** JSON of each message, so that a test controls every digit of an id. */
  messages: readonly string[]
  /** JSON of the cursor; `undefined` leaves it out. Default: a new one. */
  cursor?: string | undefined
}

/** A server that confirms every login at once and then replies to polls with the messages of the test. */
export interface ScriptedServer {
  readonly url: string
  /** Replies to the poll that is being held, or to the next one. Resolves when the poll after it has arrived. */
  deliver(reply: ScriptedReply): Promise<void>
}

export async function scriptedServer(): Promise<ScriptedServer> {
  const replies: string[] = []
  let cursors = 0
  let polls = 0
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of [...watchers]) watcher()
  }
  const until = (isDone: () => boolean) =>
    new Promise<void>((resolve) => {
      const watcher = () => {
        if (!isDone()) return
        watchers.delete(watcher)
        resolve()
      }
      watchers.add(watcher)
      watcher()
    })
  const url = await serve((request, reply) => {
    const path = request.url ?? ''
    const endpoint = /bot\/([\w/]+)/.exec(path)?.[1]
    request.resume()
    if (endpoint === 'getupdates') {
      polls++
      const answer = () => {
        const next = reply.destroyed ? undefined : replies.shift()
        if (next === undefined) return
        watchers.delete(answer)
        reply.end(next)
        changed()
      }
      watchers.add(answer)
      reply.on('close', () => watchers.delete(answer))
      changed()
      return
    }
    reply.end(JSON.stringify(answerOf(endpoint, url)))
  })
  return {
    url,
    async deliver(reply) {
      const cursor = 'cursor' in reply ? reply.cursor : JSON.stringify(`cursor-${++cursors}`)
      const buffer = cursor === undefined ? '' : `,"get_updates_buf":${cursor}`
      replies.push(`{"ret":0,"msgs":[${reply.messages.join()}]${buffer},"longpolling_timeout_ms":35000}`)
      changed()
      await until(() => replies.length === 0)
      const answered = polls
      await until(() => polls > answered)
    },
  }
}

function answerOf(endpoint: string | undefined, url: string): object {
  switch (endpoint) {
    case 'get_bot_qrcode':
      return { ret: 0, qrcode: 'code', qrcode_img_content: `${url}/q/abcdef?qrcode=code&bot_type=3` }
    case 'get_qrcode_status':
      return {
        ret: 0,
        status: 'confirmed',
        bot_token: 'cafe00000001@im.bot:secret',
        ilink_bot_id: 'cafe00000001@im.bot',
        ilink_user_id: OWNER,
        baseurl: url,
      }
    default:
      return { ret: 0 }
  }
}
