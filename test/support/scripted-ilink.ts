import { NetworkError } from '../../src/errors.js'
import type { HttpReply, HttpRequest } from '../../src/transports/http/http-client.js'
import type { Ilink } from '../../src/transports/ilink/api/call.js'
import { IlinkSession } from '../../src/transports/ilink/session/session.js'
import { type Dict, dict } from '../../src/util/read.js'
import { TimeoutReason } from '../../src/util/timeout.js'
import { ManualClock } from './manual-clock.js'

export const OWNER = 'o9cq80Abc_XyZ-01@im.wechat'
export const BOT = 'cafe00000001@im.bot'
export const TOKEN = `${BOT}:0123456789abcdef`

/** Reply of a scripted server: JSON, text with a status, a failure, or a request that is held until it times out. */
export type Answer = object | string | Error | 'hold' | { status: number; text?: string; afterMs?: number }

/** A request as the server received it. */
export interface Received {
  endpoint: string
  url: URL
  headers: Record<string, string>
  body: Dict
}

/**
 * A client whose server gives the scripted replies in turn, by endpoint. Without a script, start and stop notices
 * succeed, and all other requests are held until they time out.
 */
export function scriptedIlink(script: Record<string, Answer[]> = {}) {
  const clock = new ManualClock()
  const requests: Received[] = []
  const session = new IlinkSession({ login: 'http://127.0.0.1:9', cdn: 'http://127.0.0.1:9/c2c' }, clock, {})
  session.start({ token: TOKEN, botId: BOT, userId: OWNER, apiBase: 'http://127.0.0.1:9' })
  const send = async (call: HttpRequest, read: (reply: HttpReply) => unknown) => {
    call.signal?.throwIfAborted()
    const { endpoint, url, headers = {}, json } = call
    requests.push({ endpoint, url, headers, body: dict(json) })
    const fallback: Answer = endpoint.startsWith('notify') ? {} : 'hold'
    const answer = script[endpoint]?.shift() ?? fallback
    if (answer === 'hold') {
      await clock.sleep(call.timeoutMs, call.signal)
      const cause = new TimeoutReason(call.timeoutMs)
      throw new NetworkError(`${endpoint}: no reply.`, { endpoint, outcome: 'unknown', cause })
    }
    if (answer instanceof Error) throw answer
    if (typeof answer === 'string') return read({ status: 200, headers: {}, text: answer })
    if ('status' in answer && typeof answer.status === 'number') {
      const { status, text = '', afterMs = 0 } = answer as { status: number; text?: string; afterMs?: number }
      if (afterMs > 0) await clock.sleep(afterMs, call.signal)
      if (status < 500 || call.accepts?.includes(status)) return read({ status, headers: {}, text })
      throw new NetworkError(`${endpoint}: HTTP ${status}.`, { endpoint, outcome: 'unknown' })
    }
    return read({ status: 200, headers: {}, text: JSON.stringify(answer) })
  }
  // Only `send` is called by the code under test.
  const ilink = { http: { send }, session, clock, botAgent: 'test/1.0' } as unknown as Ilink
  return { ilink, clock, session, requests, script }
}

/** A message as the server sends it. */
export function wireText(text: string, fields: object = {}) {
  return {
    seq: 1,
    message_id: '7497484083968569736',
    client_id: 'c-1',
    from_user_id: OWNER,
    to_user_id: BOT,
    create_time_ms: 1_795_761_198_000,
    message_type: 1,
    message_state: 2,
    context_token: 'context 1',
    item_list: [{ type: 1, text_item: { text } }],
    ...fields,
  }
}

export const failure = (endpoint: string) =>
  new NetworkError(`${endpoint}: the connection failed.`, { endpoint, outcome: 'unknown' })
