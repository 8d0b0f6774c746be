import type { IncomingMessage } from 'node:http'
import type { Sandbox } from 'itchat/sandbox'
import { serve } from './http-server.js'

/** A request on its way to the sandbox. */
export interface Passing {
  /** Last part of the path, such as `webwxsync`. */
  endpoint: string
  headers: IncomingMessage['headers']
  /** Of the query and the JSON body, as sent. */
  query: URLSearchParams
  body: string
  /** Aborts when the client hangs up. */
  signal: AbortSignal
  /** What the sandbox answers, or another one. */
  pass(to?: Sandbox): Promise<Response>
}

/** What the client gets in place of the sandbox's answer: a body, another answer, or a line that breaks. */
type Answer = string | Response | 'cut'

/** What befalls requests; `undefined` lets one pass. */
export type Trouble = (request: Passing) => Answer | undefined | Promise<Answer | undefined>

/** The line between a client and a sandbox, which records and can be disturbed. */
export interface Wire {
  url: string
  /** Every request so far, oldest first. */
  requests: Passing[]
  /** How many there were of an endpoint. */
  count(endpoint: string): number
  /** Resolves once there were `count` of an endpoint in all. */
  seen(endpoint: string, count?: number): Promise<void>
  trouble: Trouble | undefined
}

export async function wireTo(sandbox: Sandbox, trouble?: Trouble): Promise<Wire> {
  const watchers = new Set<() => void>()
  const wire: Wire = {
    url: '',
    requests: [],
    count: (endpoint) => wire.requests.filter((request) => request.endpoint === endpoint).length,
    seen: (endpoint, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (wire.count(endpoint) < count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    trouble,
  }
  wire.url = await serve(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const url = new URL(incoming.url ?? '/', wire.url)
    const gone = new AbortController()
    outgoing.on('close', () => gone.abort())
    const { method = 'GET', headers } = incoming
    const passing: Passing = {
      endpoint: url.pathname.split('/').at(-1) ?? '',
      headers,
      query: url.searchParams,
      body: bytes.toString('utf8'),
      signal: gone.signal,
      pass: (to = sandbox) =>
        to.handle(
          new Request(url, {
            method,
            headers: headers as Record<string, string>,
            ...(method === 'GET' ? {} : { body: bytes }),
            signal: gone.signal,
          }),
        ),
    }
    wire.requests.push(passing)
    for (const look of [...watchers]) look()
    const answer = (await wire.trouble?.(passing)) ?? (await passing.pass())
    if (answer === 'cut') {
      outgoing.destroy()
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

/** Holds a request until the client hangs up. */
export const untilGone = ({ signal }: Passing) =>
  new Promise<'cut'>((resolve) => {
    if (signal.aborted) resolve('cut')
    signal.addEventListener('abort', () => resolve('cut'), { once: true })
  })
