import type { IncomingMessage } from 'node:http'
import type { Sandbox } from 'itchat/sandbox'
import { serve } from './http-server.js'

/** A request on its way to the sandbox. */
export interface Passing {
  /** Last part of the path, such as `webwxsync`. */
  endpoint: string
  headers: IncomingMessage['headers']
  query: URLSearchParams
  /** The JSON body, as sent. */
  body: string
  /** Aborts when the client disconnects. */
  signal: AbortSignal
  /** Forwards the request to the sandbox, or to another sandbox. */
  pass(to?: Sandbox): Promise<Response>
}

/**
 * What the client receives instead of the sandbox's response: a body, a response, a dropped connection or non-HTTP
 * bytes.
 */
type Answer = string | Response | 'cut' | { garbled: string }

/** Replaces the response to a request; `undefined` forwards it to the sandbox. */
export type Interceptor = (request: Passing) => Answer | undefined | Promise<Answer | undefined>

/** A proxy between a client and a sandbox that records requests and can interfere with them. */
export interface Wire {
  url: string
  /** Every request so far, oldest first. */
  requests: Passing[]
  /** Number of requests to an endpoint. */
  count(endpoint: string): number
  /** Resolves once an endpoint has received `count` requests in total. */
  seen(endpoint: string, count?: number): Promise<void>
  intercept: Interceptor | undefined
}

export async function wireTo(sandbox: Sandbox, intercept?: Interceptor): Promise<Wire> {
  const watchers = new Set<() => void>()
  const wire: Wire = {
    url: '',
    requests: [],
    count: (endpoint) => wire.requests.filter((request) => request.endpoint === endpoint).length,
    seen: (endpoint, count = 1) =>
      new Promise((resolve) => {
        const check = () => {
          if (wire.count(endpoint) < count) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      }),
    intercept,
  }
  wire.url = await serve(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const url = new URL(incoming.url ?? '/', wire.url)
    const disconnected = new AbortController()
    outgoing.on('close', () => disconnected.abort())
    const { method = 'GET', headers } = incoming
    const passing: Passing = {
      endpoint: url.pathname.split('/').at(-1) ?? '',
      headers,
      query: url.searchParams,
      body: bytes.toString('utf8'),
      signal: disconnected.signal,
      pass: (to = sandbox) =>
        to.handle(
          new Request(url, {
            method,
            headers: headers as Record<string, string>,
            ...(method === 'GET' ? {} : { body: bytes }),
            signal: disconnected.signal,
          }),
        ),
    }
    wire.requests.push(passing)
    for (const check of [...watchers]) check()
    const answer = (await wire.intercept?.(passing)) ?? (await passing.pass())
    if (answer === 'cut') {
      outgoing.destroy()
      return
    }
    if (typeof answer === 'object' && 'garbled' in answer) {
      incoming.socket.end(answer.garbled)
      return
    }
    if (typeof answer === 'string') {
      outgoing.end(answer)
      return
    }
    outgoing.statusCode = answer.status
    for (const [name, value] of answer.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value)
    outgoing.setHeader('set-cookie', answer.headers.getSetCookie())
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })
  return wire
}

/** Holds a request until the client disconnects. */
export const untilGone = ({ signal }: Passing) =>
  new Promise<'cut'>((resolve) => {
    if (signal.aborted) resolve('cut')
    signal.addEventListener('abort', () => resolve('cut'), { once: true })
  })
