import { AsyncLocalStorage } from 'node:async_hooks'
import type { Message } from '../message/message.js'

/** A received item that is being handled, and the dispatcher of the account that received it. */
export interface Handled {
  /** Absent for contact changes and for a batch that could not be decoded. */
  message?: Message | undefined
  by: object
}

/** User code that is running: a handler, or a callback at the end of a session. */
interface CallContext {
  /** Absent outside handlers. */
  handled: Handled | undefined
  /** Stops all callers from waiting for the code. */
  detach(): void
  /** The context that started this code; cleared when this code has finished. */
  parent: CallContext | undefined
}

/** Identifies the calling user code across `await`. Empty outside user code. */
const contexts = new AsyncLocalStorage<CallContext>()

/** The received item that the calling code is handling, tracked across `await`. */
export function currentHandled(): Handled | undefined {
  return contexts.getStore()?.handled
}

/**
 * Runs user code in a context that identifies it as the caller, across `await`.
 *
 * @returns `detached` resolves when callers should stop waiting for the code; see `detachUserCode`
 */
export function runUserCode<T>(code: () => Promise<T>): { finished: Promise<T>; detached: Promise<void> } {
  let detach = () => {}
  const detached = new Promise<void>((resolve) => {
    detach = resolve
  })
  const caller: CallContext = { handled: currentHandled(), detach, parent: contexts.getStore() }
  const finished = contexts.run(caller, code).finally(() => {
    caller.parent = undefined
  })
  return { finished, detached }
}

/**
 * Runs work caused by a received item. Event listeners that it calls run in the same context.
 *
 * @param detach called when callers should stop waiting for the work; see `detachUserCode`
 */
export function runInContext<T>(handled: Handled, work: () => T, detach = () => {}): T {
  const caller: CallContext = { handled, detach, parent: contexts.getStore() }
  const clearParent = () => {
    caller.parent = undefined
  }
  const result = contexts.run(caller, work)
  if (result instanceof Promise) result.then(clearParent, clearParent)
  else clearParent()
  return result
}

/**
 * Ends every wait for the calling code and for the code that started it. Called before the calling code waits for
 * something that is itself waiting for one of them, to avoid a deadlock.
 */
export function detachUserCode(): void {
  for (let caller = contexts.getStore(); caller; caller = caller.parent) caller.detach()
}
