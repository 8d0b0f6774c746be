import { StateError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import { describeValue, invalidArgument } from '../../util/invalid-argument.js'
import type { Reply } from './registry.js'

/**
 * Sees every message before its handler does.
 *
 * `next()` runs what comes after, the other middleware and the handler, and resolves to the reply before it is sent. What the
 * outermost middleware returns is sent: `undefined` after `next()` passes the inner reply on, `null` drops it. Without
 * `next()` the message counts as handled, and no handler runs. What was begun by `next()` is always waited for;
 * `handlerTimeoutMs` limits it.
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
      throw invalidArgument('middleware', { expected: 'a function', found: describeValue(middleware) })
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

/** Resolves to the reply of a layer. What it began by `next()` and did not wait for is waited for here: its error is the message's. */
async function runLayer(middleware: Middleware, message: Message, runInner: () => Promise<Reply>): Promise<Reply> {
  const begun: { running: Promise<Reply>; given: Observed<Reply> }[] = []
  let isInnerDone = false
  let isOver = false
  const next = (): Promise<Reply> => {
    if (isOver) return refused('next() was called after its middleware had returned; the message counts as handled.')
    if (begun.length > 0) return refused('next() was called a second time; the handler of a message runs once.')
    const running = runInner()
    const given = Observed.of(running)
    begun.push({ running, given })
    const markDone = () => {
      isInnerDone = true
    }
    running.then(markDone, markDone)
    return given
  }
  let reply: Reply
  try {
    reply = await middleware(message, next)
  } catch (error) {
    isOver = true
    await Promise.allSettled(begun.map(({ running }) => running))
    throw error
  }
  isOver = true
  const [inner] = begun
  if (!inner) return reply
  const { running, given } = inner
  // A middleware that saw the error and returned has dealt with it.
  const innerReply = await (isInnerDone && given.isObserved ? running.catch(() => undefined) : running)
  return reply === undefined ? innerReply : reply
}

/** A promise that knows whether something waits for it. */
class Observed<T> extends Promise<T> {
  isObserved = false

  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  /** Where nothing waits for it, its rejection ends no program. */
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

/** Handled already: a program that ignores it is not ended by it. */
function refused(message: string): Promise<never> {
  const refusal = Promise.reject(new StateError(message))
  refusal.catch(() => {})
  return refusal
}
