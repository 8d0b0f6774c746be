import { type KeptBody, keepBody, keptBytes, NO_BODY, sizeOf } from './kept-body.js'
import { recordedBody } from './reply-body.js'

/** When more is kept, the bodies of the oldest requests are dropped. */
const TOTAL_LIMIT_BYTES = 8 * 1024 * 1024

/** A request as it was sent, with all its secrets. It is masked before it leaves the sandbox. */
export interface CapturedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  body: KeptBody
  reply?: { readonly headers: Headers; readonly body: KeptBody }
}

/** Keeps what the latest requests and their replies contained, by the id of the request. */
export class RequestCapture {
  readonly #captured = new Map<number, CapturedRequest>()
  /** Ids of requests whose bodies are kept, oldest first. */
  readonly #withBodies = new Set<number>()
  #keptBytes = 0

  begin(id: number, { method, url, headers }: Request): void {
    this.#captured.set(id, { method, url, headers, body: NO_BODY })
  }

  receive(id: number, bytes: Uint8Array | { sizeBytes: number }): void {
    const captured = this.#captured.get(id)
    if (!captured) return
    captured.body = keepBody(bytes, captured.headers.get('content-type') ?? '')
    this.#keep(id, captured.body)
  }

  /** Returns the size of the reply's body in bytes, if it is known. */
  reply(id: number, headers: Headers, body: Uint8Array | Response): number | undefined {
    const captured = this.#captured.get(id)
    const content = body instanceof Response ? recordedBody(body) : body
    if (!captured || content === undefined) return undefined
    const kept = keepBody(content, headers.get('content-type') ?? '')
    captured.reply = { headers, body: kept }
    this.#keep(id, kept)
    return sizeOf(kept)
  }

  find(id: number): CapturedRequest | undefined {
    return this.#captured.get(id)
  }

  /** Forgets a request. */
  drop(id: number): void {
    const captured = this.#captured.get(id)
    if (captured) this.#dropBodies(captured)
    this.#withBodies.delete(id)
    this.#captured.delete(id)
  }

  #keep(id: number, body: KeptBody): void {
    const bytes = keptBytes(body)
    if (bytes === 0) return
    this.#keptBytes += bytes
    this.#withBodies.add(id)
    for (const oldest of this.#withBodies) {
      if (this.#keptBytes <= TOTAL_LIMIT_BYTES || oldest === id) return
      this.#withBodies.delete(oldest)
      const captured = this.#captured.get(oldest)
      if (captured) this.#dropBodies(captured)
    }
  }

  #dropBodies(captured: CapturedRequest): void {
    const { body, reply } = captured
    this.#keptBytes -= keptBytes(body) + (reply ? keptBytes(reply.body) : 0)
    captured.body = emptied(body)
    if (reply) captured.reply = { ...reply, body: emptied(reply.body) }
  }
}

function emptied(body: KeptBody): KeptBody {
  return body.kind === 'content' || body.kind === 'parts' ? { kind: 'dropped', sizeBytes: body.sizeBytes } : body
}
