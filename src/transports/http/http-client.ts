import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import { ItchatError, NetworkError, ProtocolError } from '../../errors.js'
import { backoffMs } from '../../util/backoff.js'
import { type Clock, callAfter } from '../../util/clock.js'
import { errorCode } from '../../util/error-code.js'
import { redact } from '../../util/redact.js'
import { ReplyTooLarge, requestText, type TextReply } from '../../util/text-request.js'
import { TimeoutReason, withTimeout } from '../../util/timeout.js'

/** Maximum size of a JSON, XML or script reply. Media is streamed instead. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

/** Error codes of connection failures that occur before any byte of the request has been written. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

export interface HttpRequest {
  /** Named in errors instead of the URL, which contains secrets. */
  endpoint: string
  method: 'GET' | 'POST'
  url: URL
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Sent verbatim. */
  body?: { bytes: Uint8Array; contentType: string }
  /** Sent chunk by chunk. `chunks` is called once for each attempt. */
  upload?: { chunks(): AsyncIterable<Uint8Array>; sizeBytes: number; contentType: string }
  /** Maximum duration of an attempt. With `upload`: since its last chunk was requested. */
  timeoutMs: number
  /**
   * Maximum number of attempts when the connection fails. Defaults to 1; use more only for requests that are safe to
   * repeat.
   */
  tries?: number
  /** Statuses of at least 500 for which the reply is returned. Default: none; they count as network failures. */
  accepts?: readonly number[]
  signal?: AbortSignal | undefined
}

export type HttpReply = TextReply

type StreamRequest = Omit<HttpRequest, 'upload'>

/** A reply whose body is streamed. */
export interface HttpStream {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** Throws a NetworkError when the connection breaks or is idle for longer than the request's timeout. */
  body: AsyncIterable<Uint8Array>
  /** Closes the connection without reading the body. */
  cancel(): void
}

interface HttpClientOptions {
  clock: Clock
  /** Called before every request. @throws StateError when this instance may no longer act for the account */
  mayAct(): void
  /**
   * By default, connects directly to loopback addresses and otherwise as configured by `HTTPS_PROXY`, `HTTP_PROXY` and
   * `NO_PROXY`.
   */
  dispatcher?: Dispatcher | undefined
  /** Headers of every request to this URL. Default: none. */
  headers?(url: URL): Record<string, string>
  /** Called when a reply starts, even if it is incomplete. */
  onHeaders?(url: URL, headers: HttpReply['headers']): void
}

/** HTTP client of one account. Does not follow redirects. */
export class HttpClient {
  readonly #options: HttpClientOptions
  readonly #clock: Clock
  #direct: Agent | undefined
  #proxied: EnvHttpProxyAgent | undefined

  constructor(options: HttpClientOptions) {
    this.#options = options
    this.#clock = options.clock
  }

  /**
   * @param read parses the reply; if it throws a `ProtocolError`, the request is retried as after a network failure
   * @throws NetworkError when every attempt fails; an incomplete reply and HTTP 5xx count as failures
   * @throws StateError when this instance may no longer act for the account
   * @throws the signal's reason when it aborts
   */
  send(call: HttpRequest): Promise<HttpReply>
  send<T>(call: HttpRequest, read: (reply: HttpReply) => T): Promise<T>
  async send<T>(call: HttpRequest, read?: (reply: HttpReply) => T): Promise<T | HttpReply> {
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = await this.#sendOnce(call)
        return read ? read(reply) : reply
      } catch (error) {
        if (call.signal?.aborted) throw call.signal.reason
        const isTransient = error instanceof NetworkError || error instanceof ProtocolError
        if (!isTransient || attempt >= (call.tries ?? 1)) throw error
        await this.#clock.sleep(backoffMs(attempt, this.#clock), call.signal)
      }
    }
  }

  /**
   * Makes a request once and streams the reply body, which may be of any size. The caller must read the body to the end
   * or break out of the loop.
   *
   * @throws NetworkError when no reply starts within the timeout, or the server replies with HTTP 5xx
   * @throws StateError when this instance may no longer act for the account
   */
  async stream(call: StreamRequest): Promise<HttpStream> {
    const connection = new AbortController()
    const signal = call.signal ? AbortSignal.any([call.signal, connection.signal]) : connection.signal
    // The connection outlives this timeout, which covers only the start of the reply.
    const start = (startSignal: AbortSignal) =>
      Promise.race([
        this.#startStream(call, signal),
        rejectOnAbort(startSignal, () => connection.abort(startSignal.reason)),
      ])
    const reply = await withTimeout(this.#clock, call.timeoutMs, call.signal, start).catch((error) => {
      if (call.signal?.aborted) throw call.signal.reason
      throw asNetworkError(error, call)
    })
    this.#options.onHeaders?.(call.url, reply.headers)
    if (reply.statusCode >= 500) {
      connection.abort()
      throw serverFailed(call.endpoint, reply.statusCode)
    }
    return {
      status: reply.statusCode,
      headers: reply.headers,
      body: this.#streamBody(reply.body, call, connection),
      cancel: () => discard(reply.body),
    }
  }

  /** Closes all connections. Requests in progress reject with a NetworkError. */
  async close(): Promise<void> {
    await Promise.all([this.#direct?.destroy(), this.#proxied?.destroy()])
  }

  async #sendOnce(call: HttpRequest): Promise<HttpReply> {
    const { endpoint, method, url, timeoutMs, signal } = call
    this.#options.mayAct()
    let reply: HttpReply
    try {
      reply = await requestText(this.#clock, {
        dispatcher: this.#dispatcher(url),
        method,
        url,
        headers: this.#headers(call),
        body: call.upload ? call.upload.chunks() : bodyOf(call),
        timeoutMs,
        maxBytes: MAX_REPLY_BYTES,
        signal,
        onHeaders: (headers) => this.#options.onHeaders?.(url, headers),
      })
    } catch (error) {
      if (error instanceof ReplyTooLarge) throw tooLarge(endpoint)
      throw asNetworkError(error, call)
    }
    if (reply.status >= 500 && !call.accepts?.includes(reply.status)) throw serverFailed(endpoint, reply.status)
    return reply
  }

  async #startStream(call: StreamRequest, signal: AbortSignal) {
    this.#options.mayAct()
    return request(call.url, {
      method: call.method,
      headers: this.#headers(call),
      body: bodyOf(call),
      dispatcher: this.#dispatcher(call.url),
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  async *#streamBody(body: Readable, call: HttpRequest, connection: AbortController): AsyncGenerator<Uint8Array> {
    const wait = () => callAfter(this.#clock, call.timeoutMs, () => connection.abort(new TimeoutReason(call.timeoutMs)))
    let cancelTimeout = wait()
    try {
      for await (const chunk of body) {
        // The time that the caller takes does not count.
        cancelTimeout()
        yield chunk
        cancelTimeout = wait()
      }
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason
      throw asNetworkError(error, call)
    } finally {
      cancelTimeout()
      // The rest of the body is not read, so the connection cannot be reused.
      discard(body)
    }
  }

  #headers(call: HttpRequest): Record<string, string> {
    return {
      ...this.#options.headers?.(call.url),
      ...(call.json === undefined ? {} : { 'content-type': 'application/json;charset=UTF-8' }),
      ...(call.body ? { 'content-type': call.body.contentType } : {}),
      ...(call.upload ? uploadHeaders(call.upload) : {}),
      ...call.headers,
    }
  }

  #dispatcher(url: URL): Dispatcher {
    if (this.#options.dispatcher) return this.#options.dispatcher
    if (isLoopback(url.hostname)) {
      this.#direct ??= new Agent()
      return this.#direct
    }
    this.#proxied ??= new EnvHttpProxyAgent()
    return this.#proxied
  }
}

/** Whether a host name refers to this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function uploadHeaders({ sizeBytes, contentType }: NonNullable<HttpRequest['upload']>): Record<string, string> {
  return { 'content-type': contentType, 'content-length': String(sizeBytes) }
}

function bodyOf({ json, body }: HttpRequest): string | Uint8Array | null {
  return json === undefined ? (body?.bytes ?? null) : JSON.stringify(json)
}

function tooLarge(endpoint: string): ProtocolError {
  const problem = `${endpoint}: the reply is larger than ${MAX_REPLY_BYTES} bytes.`
  return new ProtocolError(`${problem} Check that baseUrl is the address of a WeChat server.`, { endpoint })
}

function serverFailed(endpoint: string, status: number): NetworkError {
  return new NetworkError(`${endpoint}: the server failed (HTTP ${status}). Try again later.`, {
    endpoint,
    outcome: 'unknown',
  })
}

/** Rejects with the signal's reason when it aborts, after calling `onAbort`. */
function rejectOnAbort(signal: AbortSignal, onAbort: () => void): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => {
      onAbort()
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

function explain(cause: unknown, code: string | undefined, { method, upload, tries = 1 }: HttpRequest): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused (ECONNREFUSED). Check the address and that the server is running.'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `unknown host name (${code}). Check the address and the network connection.`
    case 'UND_ERR_DESTROYED':
      return 'the instance was closed before the reply arrived, so the result is unknown. Await calls before close().'
    default:
      return `${redact(cause instanceof Error ? cause.message : String(cause))}. The connection failed. ${
        method === 'GET' || tries > 1 || upload
          ? 'Try again.'
          : 'The server may have processed the request: check before sending it again.'
      }`
  }
}

/** Destroys an unread body; the resulting error is expected and ignored. */
function discard(body: Readable): void {
  body.on('error', () => {})
  body.destroy()
}
