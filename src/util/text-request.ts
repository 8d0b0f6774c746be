import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type Clock, callAfter } from './clock.js'
import { TimeoutReason } from './timeout.js'

/** The maximum size of a reply was exceeded. */
export class ReplyTooLarge extends Error {
  override name = 'ReplyTooLarge'
}

interface TextRequest {
  dispatcher: Dispatcher
  method: 'GET' | 'POST'
  url: URL
  headers: Record<string, string>
  body?: string | Uint8Array | AsyncIterable<Uint8Array> | null
  /** Maximum duration until the reply is complete. If the body is iterable: since its last chunk was requested. */
  timeoutMs: number
  /** Maximum size of the reply. */
  maxBytes: number
  signal?: AbortSignal | undefined
  /** Called when the reply starts, even if it is incomplete. */
  onHeaders?(headers: TextReply['headers']): void
}

export interface TextReply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}

/**
 * Makes a request and reads the reply as text. Does not follow redirects.
 *
 * Uses the dispatcher's handler interface: the functions above it create a stream, an asynchronous resource and several
 * promises per request, which costs more than decoding the messages of a typical reply.
 *
 * @throws TimeoutReason; ReplyTooLarge; the signal's reason; the dispatcher's errors
 */
export function requestText(clock: Clock, request: TextRequest): Promise<TextReply> {
  return new Promise((resolve, reject) => {
    new TextExchange(clock, request, resolve, reject).start()
  })
}

/** One request and its reply. Uses the first version of the handler interface, which every dispatcher understands. */
class TextExchange implements Dispatcher.DispatchHandler {
  readonly #request: TextRequest
  readonly #resolve: (reply: TextReply) => void
  readonly #reject: (error: unknown) => void
  readonly #clock: Clock
  #cancelTimeout: () => void
  #abort: ((reason?: Error) => void) | undefined
  #hasSettled = false
  #status = 0
  #headers: TextReply['headers'] = {}
  #chunks: Buffer[] = []
  #sizeBytes = 0

  constructor(
    clock: Clock,
    request: TextRequest,
    resolve: (reply: TextReply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
    this.#clock = clock
    this.#cancelTimeout = this.#startTimeout()
  }

  start(): void {
    const { dispatcher, method, url, headers, signal } = this.#request
    if (signal?.aborted) {
      this.#fail(signal.reason)
      return
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    const path = url.pathname + url.search
    const body = this.#body()
    try {
      // The timeout above covers the whole exchange.
      dispatcher.dispatch({ origin: url.origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, this)
    } catch (error) {
      this.#fail(error)
    }
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort
    if (this.#hasSettled) abort(ABANDONED)
  }

  onHeaders(status: number, raw: readonly Buffer[]): boolean {
    // An informational reply precedes the final one.
    if (status < 200 || this.#hasSettled) return true
    this.#status = status
    this.#headers = parseHeaders(raw)
    this.#request.onHeaders?.(this.#headers)
    return true
  }

  onData(chunk: Buffer): boolean {
    this.#sizeBytes += chunk.length
    if (this.#sizeBytes > this.#request.maxBytes) this.#fail(new ReplyTooLarge())
    else this.#chunks.push(chunk)
    return true
  }

  onComplete(): void {
    const [first] = this.#chunks
    const bytes = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
    this.#settle()
    this.#resolve({ status: this.#status, headers: this.#headers, text: bytes.toString('utf8') })
  }

  onError(error: Error): void {
    this.#fail(error)
  }

  #startTimeout(): () => void {
    const { timeoutMs } = this.#request
    return callAfter(this.#clock, timeoutMs, () => this.#fail(new TimeoutReason(timeoutMs)))
  }

  #body(): string | Uint8Array | Readable | null {
    const { body = null } = this.#request
    if (body === null || typeof body === 'string' || body instanceof Uint8Array) return body
    return Readable.from(this.#timed(body), { objectMode: false })
  }

  async *#timed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      yield chunk
      if (this.#hasSettled) return
      this.#cancelTimeout()
      this.#cancelTimeout = this.#startTimeout()
    }
  }

  readonly #onAbort = () => this.#fail(this.#request.signal?.reason)

  /** Rejects immediately: a connection that is being established cannot be aborted. */
  #fail(error: unknown): void {
    if (this.#hasSettled) return
    this.#settle()
    this.#reject(error)
    this.#abort?.(ABANDONED)
  }

  #settle(): void {
    this.#hasSettled = true
    this.#chunks = []
    this.#cancelTimeout()
    // A signal that outlives the request must not retain it.
    this.#request.signal?.removeEventListener('abort', this.#onAbort)
  }
}

/** Created once: an error with a stack trace per request would be wasted. */
const ABANDONED = new Error('The request was abandoned.')

/** @param raw names and values in turn */
function parseHeaders(raw: readonly Buffer[]): TextReply['headers'] {
  const headers: TextReply['headers'] = {}
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]).toLowerCase()
    const value = raw[index + 1]?.toString('latin1') ?? ''
    const former = headers[name]
    headers[name] = former === undefined ? value : [former, value].flat()
  }
  return headers
}
