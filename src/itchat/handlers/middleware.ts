import { ArgumentError, StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { Reply } from './registry.js'

/**
 * Sees every message before its handler does.
 *
 * `next()` runs what comes after, the other middleware and the handler, and resolves to the reply before it is sent. What the
 * outermost middleware returns is sent: `undefined` after `next()` passes the inner reply on, `null` drops it. Without
 * `next()` the message counts as handled, and no handler runs.
 */
export type Middleware = (msg: Message, next: () => Promise<Reply>) => Reply | Promise<Reply>

/** The middleware of one account, in the order added. */
export class MiddlewareChain {
  /** Replaced as a whole: a message on its way keeps the layers it began with. */
  #layers: readonly { run: Middleware }[] = []

  get isEmpty(): boolean {
    return this.#layers.length === 0
  }

  /** @returns the function that removes it @throws ArgumentError for anything but a function */
  add(middleware: Middleware): () => void {
    if (typeof middleware !== 'function') {
      throw new ArgumentError(`use: expected a function, got ${typeof middleware}.`, { argument: 'middleware' })
    }
    // An object of its own: the same function may be added twice.
    const layer = { run: middleware }
    this.#layers = [...this.#layers, layer]
    return () => {
      this.#layers = this.#layers.filter((one) => one !== layer)
    }
  }

  /** Runs every layer around `handler`; resolves to the reply to send. */
  run(message: Message, handler: () => Promise<Reply>): Promise<Reply> {
    const layers = this.#layers
    const runFrom = (index: number): Promise<Reply> => {
      const layer = layers[index]
      return layer ? runLayer(layer.run, message, () => runFrom(index + 1)) : handler()
    }
    return runFrom(0)
  }
}

/** Resolves to the reply of a layer, and not before what it began by `next()` is done, unless it chose not to wait for that. */
async function runLayer(middleware: Middleware, message: Message, runInner: () => Promise<Reply>): Promise<Reply> {
  let inner: { outcome: Promise<Reply>; handed: ObservedPromise<Reply> } | undefined
  let isOver = false
  const next = (): Promise<Reply> => {
    if (inner) return refused('next() was called a second time; the handler of a message runs once.')
    if (isOver) return refused('next() was called after its middleware had returned; the message counts as handled.')
    const outcome = runInner()
    const handed = new ObservedPromise<Reply>((resolve) => resolve(outcome))
    handed.ignoreRejection()
    inner = { outcome, handed }
    return handed
  }
  let reply: Reply
  try {
    reply = await middleware(message, next)
  } finally {
    isOver = true
    if (inner && !inner.handed.isObserved) await inner.outcome.catch(ignore)
  }
  if (!inner) return reply
  const { outcome, handed } = inner
  // Without an observer, an error from within is the message's own.
  if (!handed.isObserved) {
    const innerReply = await outcome
    return reply === undefined ? innerReply : reply
  }
  return reply === undefined ? outcome.catch(ignore) : reply
}

/** Knows whether anything waits for its outcome. */
class ObservedPromise<T> extends Promise<T> {
  isObserved = false

  // biome-ignore lint/suspicious/noThenProperty: every way to wait for a promise goes through it.
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isObserved = true
    return super.then(onFulfilled, onRejected)
  }

  /** An outcome without an observer is no unhandled rejection. */
  ignoreRejection(): void {
    void super.then(undefined, ignore)
  }
}

function refused(message: string): Promise<never> {
  const refusal = Promise.reject(new StateError(message))
  refusal.catch(ignore)
  return refusal
}

function ignore(): undefined {}
