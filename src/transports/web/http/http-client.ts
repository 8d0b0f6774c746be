import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import { ItchatError, NetworkError, ProtocolError } from '../../../errors.js'
import type { TransportContext } from '../../../transport/transport.js'
import { backoffMs } from '../../../util/backoff.js'
import type { Clock } from '../../../util/clock.js'
import { errorCode } from '../../../util/error-code.js'
import { redact } from '../../../util/redact.js'
import { TimeoutReason, withTimeout } from '../../../util/timeout.js'
import { USER_AGENT } from '../wire/constants.js'
import { Cookies } from './cookies.js'

/** A reply of JSON, XML or script text may be this large; media are streamed elsewhere. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

/** Connection failures before a single byte of the request was written. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

export interface HttpRequest {
  /** For errors: never the address, which holds secrets. */
  endpoint: string
  method: 'GET' | 'POST'
  url: URL
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  body?: { bytes: Uint8Array; contentType: string }
  timeoutMs: number
  /** How often to try in all when the connection fails. More than 1 only for what may be repeated. Default 1. */
  tries?: number
  signal?: AbortSignal | undefined
}

export interface HttpReply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/** A reply whose body is still to come. */
export interface HttpStream {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** Ends early with a NetworkError when the connection breaks, or brings nothing for as long as the request's time-out. */
  body: AsyncIterable<Uint8Array>
  /** Gives the connection up; for a body that will not be read. */
  cancel(): void
}

interface HttpClientOptions extends TransportContext {
  /** Default: connects directly to loopback, elsewhere as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. */
  dispatcher?: Dispatcher | undefined
}

/** Makes requests and keeps the cookies of one account. Redirects are not followed. */
export class HttpClient {
  readonly #clock: Clock
  readonly #mayAct: () => void
  readonly #given: Dispatcher | undefined
  #direct: Agent | undefined
  #proxied: EnvHttpProxyAgent | undefined
  readonly #cookies = new Cookies()

  constructor(options: HttpClientOptions) {
    this.#clock = options.clock
    this.#mayAct = () => options.mayAct()
    this.#given = options.dispatcher
  }

  /**
   * @param read makes something of the reply; a `ProtocolError` it throws is tried again like a network failure
   * @throws NetworkError when no whole reply came, after all tries, or the server answered 5xx
   * @throws StateError when this instance may not act for the account any more
   * @throws the signal's reason
   */
  send(call: HttpRequest): Promise<HttpReply>
  send<T>(call: HttpRequest, read: (reply: HttpReply) => T): Promise<T>
  async send<T>(call: HttpRequest, read?: (reply: HttpReply) => T): Promise<T | HttpReply> {
    for (let attempt = 1; ; attempt++) {
      try {
        const once = (signal: AbortSignal) => this.#once(call, signal)
        const reply = await withTimeout(this.#clock, call.timeoutMs, call.signal, once)
        return read ? read(reply) : reply
      } catch (thrown) {
        if (call.signal?.aborted) throw call.signal.reason
        const error = thrown instanceof TimeoutReason ? asNetworkError(thrown, call) : thrown
        const mayPass = error instanceof NetworkError || error instanceof ProtocolError
        if (!mayPass || attempt >= (call.tries ?? 1)) throw error
        await this.#clock.sleep(backoffMs(attempt, this.#clock), call.signal)
      }
    }
  }

  /**
   * A request whose body is read as it comes, of any size. Made once. Whoever calls reads the body to its end, or leaves its loop.
   *
   * @throws NetworkError when no reply begins within the time-out, or the server answered 5xx
   * @throws StateError when this instance may not act for the account any more
   */
  async stream(call: HttpRequest): Promise<HttpStream> {
    const broken = new AbortController()
    const signal = call.signal ? AbortSignal.any([call.signal, broken.signal]) : broken.signal
    // The line outlives this time-out, which is for the beginning only.
    const begin = (either: AbortSignal) =>
      Promise.race([this.#request(call, signal), aborted(either, () => broken.abort(either.reason))])
    const reply = await withTimeout(this.#clock, call.timeoutMs, call.signal, begin).catch((error) => {
      if (call.signal?.aborted) throw call.signal.reason
      throw asNetworkError(error, call)
    })
    await this.#cookies.keep(call.url, reply.headers)
    if (reply.statusCode >= 500) {
      broken.abort()
      throw serverFailed(call.endpoint, reply.statusCode)
    }
    return {
      status: reply.statusCode,
      headers: reply.headers,
      body: this.#watched(reply.body, call, broken),
      cancel: () => giveUp(reply.body),
    }
  }

  /** The value of the cookie that would go to `url`. */
  cookie(url: URL, name: string): string | undefined {
    return this.#cookies.value(url, name)
  }

  /** The jar as JSON, with domain, path and lifetime of every cookie. */
  saveCookies(): unknown {
    return this.#cookies.save()
  }

  /** @throws when `saved` did not come from `saveCookies` */
  restoreCookies(saved: unknown): void {
    this.#cookies.restore(saved)
  }

  /** Forgets every cookie. */
  clearCookies(): void {
    this.#cookies.clear()
  }

  /** Closes kept connections. */
  async close(): Promise<void> {
    await Promise.all([this.#direct?.destroy(), this.#proxied?.destroy()])
  }

  async #once(call: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const { endpoint, url } = call
    try {
      const reply = await this.#request(call, signal)
      await this.#cookies.keep(url, reply.headers)
      const text = await readText(reply.body, endpoint)
      if (reply.statusCode >= 500) throw serverFailed(endpoint, reply.statusCode)
      return { status: reply.statusCode, headers: reply.headers, text }
    } catch (error) {
      throw asNetworkError(error, call)
    }
  }

  async #request(call: HttpRequest, signal: AbortSignal) {
    this.#mayAct()
    return request(call.url, {
      method: call.method,
      headers: this.#headers(call),
      body: call.json === undefined ? (call.body?.bytes ?? null) : JSON.stringify(call.json),
      dispatcher: this.#dispatcher(call.url),
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  async *#watched(body: Readable, call: HttpRequest, broken: AbortController): AsyncGenerator<Uint8Array> {
    const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
    try {
      while (true) {
        const next = await withTimeout(this.#clock, call.timeoutMs, call.signal, (signal) =>
          Promise.race([chunks.next(), aborted(signal, () => broken.abort(signal.reason))]),
        )
        if (next.done) return
        yield next.value
      }
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason
      throw asNetworkError(error, call)
    } finally {
      // Nothing reads on: the connection cannot be used again.
      giveUp(body)
    }
  }

  #headers(call: HttpRequest): Record<string, string> {
    const cookie = this.#cookies.header(call.url)
    return {
      'user-agent': USER_AGENT,
      accept: 'application/json, text/plain, */*',
      'accept-language': 'zh-CN,zh;q=0.9',
      ...(call.json === undefined ? {} : { 'content-type': 'application/json;charset=UTF-8' }),
      ...(call.body ? { 'content-type': call.body.contentType } : {}),
      ...(cookie ? { cookie } : {}),
      ...call.headers,
    }
  }

  #dispatcher(url: URL): Dispatcher {
    if (this.#given) return this.#given
    if (isLoopback(url.hostname)) {
      this.#direct ??= new Agent()
      return this.#direct
    }
    this.#proxied ??= new EnvHttpProxyAgent()
    return this.#proxied
  }
}

/** Whether a host name means this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

async function readText(body: AsyncIterable<Buffer>, endpoint: string): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_REPLY_BYTES) {
      throw new ProtocolError(
        `${endpoint}: the reply is larger than ${MAX_REPLY_BYTES} bytes. Is this a WeChat server?`,
        {
          endpoint,
        },
      )
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function serverFailed(endpoint: string, status: number): NetworkError {
  return new NetworkError(`${endpoint}: the server failed (HTTP ${status}). Try again later.`, {
    endpoint,
    outcome: 'unknown',
  })
}

/** Rejects with the signal's reason when it aborts, after the callback. */
function aborted(signal: AbortSignal, tell: () => void): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      tell()
      reject(signal.reason)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

function asNetworkError(cause: unknown, call: HttpRequest): Error {
  if (cause instanceof ItchatError) return cause
  const code = errorCode(cause)
  return new NetworkError(`${call.endpoint} at ${call.url.origin}: ${explain(cause, code, call)}`, {
    endpoint: call.endpoint,
    outcome: code !== undefined && NOT_SENT.has(code) ? 'notSent' : 'unknown',
    cause,
  })
}

function explain(cause: unknown, code: string | undefined, { method, tries = 1 }: HttpRequest): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there (ECONNREFUSED). Is the address right and the server running?'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name is not known (${code}). Is the address right and the network up?`
    default:
      return `${redact(cause instanceof Error ? cause.message : String(cause))}. The connection failed; ${
        method === 'GET' || tries > 1
          ? 'try again.'
          : 'the server may have carried out the request, so check before sending it again.'
      }`
  }
}

/** Ends a body that is not read; its early end is expected, not an error. */
function giveUp(body: Readable): void {
  body.on('error', () => {})
  body.destroy()
}
