import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Reply } from './registry.js'

/**
 * Runs around the handler for every message.
 *
 * `next()` runs the remaining middleware and the handler, and resolves to their reply before it is sent. The return
 * value of the outermost middleware is sent. After `next()`, returning `undefined` passes on the inner reply, and
 * returning `null` drops it. If `next()` is not called, no handler runs and the message counts as handled. The work
 * started by `next()` is always awaited, for at most `handlerTimeoutMs`.
 */
export type Middleware = (msg: Message, next: () => Promise<Reply>) => Reply | Promise<Reply>

/** The middleware of one account, in the order added. */
export class MiddlewareChain {
  /** Copy-on-write, so that a message in progress keeps the layers it started with. */
  #layers: readonly { run: Middleware }[] = []

  get isEmpty(): boolean {
    return this.#layers.length === 0
  }

  /** @returns a function that removes the middleware @throws ArgumentError if the middleware is not a function */
  add(middleware: Middleware): () => void {
    if (typeof middleware !== 'function') {
      throw invalidArgument('middleware', { expected: 'a function', found: describeValue(middleware) })
    }
    // Wrapped, because the same function may be added twice.
    const layer = { run: middleware }
    this.#layers = [...this.#layers, layer]
    return () => {
      this.#layers = this.#layers.filter((other) => other !== layer)
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

/**
 * Resolves to the reply from a layer. Awaits work that the layer started with `next()` but did not await, and throws
 * its error.
 */
async function runLayer(middleware: Middleware, message: Message, runInner: () => Promise<Reply>): Promise<Reply> {
  const started: { running: Promise<Reply>; returned: Observed<Reply> }[] = []
  let isInnerDone = false
  let hasReturned = false
  const next = (): Promise<Reply> => {
    if (hasReturned) return refused('next() was called after its middleware returned. Await next() before returning.')
    if (started.length > 0)
      return refused('next() was called twice. Call it only once: a handler runs only once per message.')
    const running = runInner()
    const returned = Observed.of(running)
    started.push({ running, returned })
    const markDone = () => {
      isInnerDone = true
    }
    running.then(markDone, markDone)
    return returned
  }
  let reply: Reply
  try {
    reply = await middleware(message, next)
  } catch (error) {
    hasReturned = true
    await Promise.allSettled(started.map(({ running }) => running))
    throw error
  }
  hasReturned = true
  const [inner] = started
  if (!inner) return reply
  const { running, returned } = inner
  // A middleware that observed the error and still returned has handled it.
  const innerReply = await (isInnerDone && returned.isObserved ? running.catch(() => undefined) : running)
  return reply === undefined ? innerReply : reply
}

/** A promise that records whether it is awaited. */
class Observed<T> extends Promise<T> {
  isObserved = false

  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Wraps a promise. The rejection of the result never counts as unhandled. */
  static of<T>(promise: Promise<T>): Observed<T> {
    const observed = new Observed<T>((resolve) => resolve(promise))
    Promise.prototype.then.call(observed, undefined, () => {})
    return observed
  }

  // biome-ignore lint/suspicious/noThenProperty: `await` calls it.
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.isObserved = true
    return super.then(onFulfilled, onRejected)
  }
}

/** Creates a rejected promise that never counts as unhandled. */
function refused(message: string): Promise<never> {
  const rejected = Promise.reject(new StateError(message))
  rejected.catch(() => {})
  return rejected
}
