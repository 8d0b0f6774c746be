import type { TransportEvent } from '../../../transport/batch.js'
import type { Web } from '../api/call.js'
import type { SyncBatch } from '../api/sync.js'
import { readBatch } from '../decode/batch.js'
import { runSyncLoop, type SyncListener } from './sync-loop.js'

type Result = IteratorResult<TransportEvent, undefined>

/** A pending call to `next()`. */
interface PendingNext {
  resolve(result: Result): void
  reject(error: unknown): void
}

const DONE: Result = { done: true, value: undefined }

/** Yields events until the session ends or the signal aborts. Polling starts with the first `next()`. */
export class EventReceiver implements AsyncIterableIterator<TransportEvent, undefined>, SyncListener {
  readonly #web: Web
  readonly #signal: AbortSignal
  readonly #stop = new AbortController()
  #loop: Promise<void> | undefined
  #isDone = false
  #failure: { error: unknown } | undefined
  /** Events that have not been consumed yet. */
  #events: TransportEvent[] = []
  readonly #pending: PendingNext[] = []
  /** Resolves when there is room for another batch. */
  readonly room: (signal: AbortSignal) => Promise<void>

  constructor(web: Web, signal: AbortSignal, room: (signal: AbortSignal) => Promise<void>) {
    this.#web = web
    this.room = room
    this.#signal = AbortSignal.any([signal, this.#stop.signal])
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws the error that ended the loop, but only once */
  async next(): Promise<Result> {
    if (!this.#isDone) this.#loop ??= this.#receive()
    const event = this.#events.shift()
    if (event) return { done: false, value: event }
    if (this.#isDone) return this.#finish()
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject })
    })
  }

  /** Stops polling; resolves when the loop has ended. */
  async return(): Promise<Result> {
    this.#stop.abort(new Error('Receiving has stopped.'))
    if (!this.#loop) this.#isDone = true
    await this.#loop
    this.#events = []
    return DONE
  }

  async deliver(received: SyncBatch, signal: AbortSignal, advance: () => boolean): Promise<void> {
    signal.throwIfAborted()
    const batch = readBatch(received, this.#web.session.userName)
    await new Promise<void>((resolve, reject) => {
      let isRejected = false
      this.#emit({
        kind: 'batch',
        batch,
        signal,
        acknowledge: () => {
          const hasMoved = !isRejected && advance()
          resolve()
          return hasMoved
        },
        reject: (error) => {
          isRejected = true
          reject(error)
        },
      })
    })
  }

  restarted(): void {
    this.#emit({ kind: 'restarted' })
  }

  online(): void {
    this.#emit({ kind: 'online' })
  }

  offline(error: Error, retryInMs: number): void {
    this.#emit({ kind: 'offline', error, retryInMs })
  }

  async #receive(): Promise<void> {
    try {
      const reason = await runSyncLoop(this.#web, this, this.#signal)
      this.#emit({ kind: 'ended', reason })
    } catch (error) {
      if (this.#signal.aborted) this.#events = []
      else this.#failure = { error }
    }
    this.#isDone = true
    for (const { resolve, reject } of this.#pending.splice(0)) this.#finish().then(resolve, reject)
  }

  async #finish(): Promise<Result> {
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure.error
    return DONE
  }

  #emit(event: TransportEvent): void {
    const pending = this.#pending.shift()
    if (pending) pending.resolve({ done: false, value: event })
    else this.#events.push(event)
  }
}
