import type { Clock } from './clock.js'
import type { ConnectionLost } from './faults/connection-lost.js'
import type { FaultKind } from './faults/fault-table.js'
import { type CapturedRequest, RequestCapture } from './inspector/capture.js'
import type { RequestView, WarningView } from './inspector/request-view.js'
import { UploadJoins } from './inspector/upload-joins.js'
import { Notifier } from './notifier.js'

const LIMIT = 2000
const MESSAGES = 100

/** The kinds of long polls. */
export type PollKind = 'login' | 'synccheck' | 'get_qrcode_status' | 'getupdates'

/** The outcome of a request in addition to its status. */
interface Outcome {
  result?: string | undefined
  reason?: string | undefined
}

/** Keeps the latest 2,000 requests from the program with their bodies, and counts its open long polls. */
export class Traffic {
  /** The requests that uploaded files. */
  readonly uploads = new UploadJoins()
  readonly #clock: Clock
  readonly #onChange: (request: RequestView) => void
  readonly #requests: RequestView[] = []
  readonly #capture = new RequestCapture()
  readonly #held = new Map<PollKind, number>()
  readonly #notifier = new Notifier()
  #lastId = 0

  constructor(clock: Clock, onChange: (request: RequestView) => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** The recorded requests, oldest first. */
  get requests(): readonly RequestView[] {
    return this.#requests
  }

  find(id: number): { request: RequestView; captured: CapturedRequest } | undefined {
    const request = this.#requests[id - (this.#requests[0]?.id ?? 0)]
    const captured = this.#capture.find(id)
    return request && captured && { request, captured }
  }

  begin(endpoint: string, request: Request, faults: FaultKind[] = []): RequestView {
    const entry: RequestView = { id: ++this.#lastId, endpoint, at: this.#clock.now() }
    if (faults.length > 0) entry.faults = faults
    this.#requests.push(entry)
    this.#capture.begin(entry.id, request)
    if (this.#requests.length > LIMIT) this.#capture.drop(this.#requests.shift()?.id ?? 0)
    this.#onChange({ ...entry })
    return entry
  }

  /** Records the body of a request, or its size if the bytes are not kept. */
  receive({ id }: RequestView, body: Uint8Array | { sizeBytes: number }): void {
    this.#capture.receive(id, body)
  }

  /** Records a deviation from the protocol. */
  warn(entry: RequestView, warning: WarningView): void {
    if (entry.warnings?.some(({ text }) => text === warning.text)) return
    entry.warnings = [...(entry.warnings ?? []), warning]
  }

  /** Whether a request is joined to this message. Raw messages are known only by the requests that delivered them. */
  isJoined(messageId: string): boolean {
    return this.#requests.some(({ messages }) => messages?.includes(messageId))
  }

  /** Joins a request to the messages that it carries. */
  join(entry: RequestView, messageIds: readonly string[]): void {
    const known = entry.messages ?? []
    const added = messageIds.filter((id) => !known.includes(id))
    if (added.length === 0) return
    entry.messages = [...known, ...new Set(added)].slice(-MESSAGES)
    if (entry.status !== undefined) this.#onChange({ ...entry })
  }

  /** Joins a request to the message that it sent or tried to send, and also the requests that uploaded its file. */
  joinSent(entry: RequestView, message: { id: string; chatId: string }, uploadKey?: string): void {
    entry.chatId = message.chatId
    this.join(entry, [message.id])
    if (uploadKey === undefined) return
    for (const upload of this.uploads.of(uploadKey)) this.join(upload, [message.id])
  }

  /** Joins the requests of a refused message to the message that was accepted later. */
  joinRetried(refusalId: string, messageId: string): void {
    for (const request of this.#requests) if (request.messages?.includes(refusalId)) this.join(request, [messageId])
  }

  /** Records the reply. */
  end(entry: RequestView, response: Response, outcome: Outcome = {}): void {
    this.#end(entry, response.status, response.headers, response, outcome)
  }

  /** Records that the connection was reset, possibly after a part of the reply. */
  lose(entry: RequestView, { reply }: ConnectionLost, outcome: Outcome = {}): void {
    this.#end(entry, reply?.status ?? 0, reply?.headers, reply?.bytes, outcome)
  }

  #end(
    entry: RequestView,
    status: number,
    headers: Headers | undefined,
    body: Uint8Array | Response | undefined,
    { result, reason }: Outcome,
  ): void {
    entry.status = status
    if (result !== undefined) entry.result = result
    if (reason !== undefined) entry.reason = reason
    entry.durationMs = Math.max(0, this.#clock.now() - entry.at)
    const replyBytes = headers && body && this.#capture.reply(entry.id, headers, body)
    if (replyBytes !== undefined) entry.replyBytes = replyBytes
    this.#onChange({ ...entry })
  }

  /** Counts a poll as held until the returned function is called. */
  hold(kind: PollKind): () => void {
    this.#held.set(kind, (this.#held.get(kind) ?? 0) + 1)
    this.#notifier.notify()
    return () => {
      this.#held.set(kind, (this.#held.get(kind) ?? 1) - 1)
    }
  }

  /** Resolves once a poll of this kind is being held open. */
  async held(kind: PollKind, ...signals: (AbortSignal | undefined)[]): Promise<void> {
    await this.#notifier.until(() => ((this.#held.get(kind) ?? 0) > 0 ? true : undefined), ...signals)
  }
}
