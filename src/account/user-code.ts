import { AsyncLocalStorage } from 'node:async_hooks'
import type { Message } from '../message/message.js'

/** Something received that is being handled, and the dispatcher of the account that received it. */
interface Handled {
  /** Absent for contacts that changed and for a batch that could not be read. */
  message?: Message | undefined
  by: object
}

/** Code of the program that runs now: a handler, or a callback at the end of a session. */
interface CallContext {
  /** Absent outside of handlers. */
  handled: Handled | undefined
  /** Ends the wait of what waits for the code. */
  detach(): void
  /** The code that started it; cut off when it has finished. */
  parent: CallContext | undefined
}

/** The code of the program that is calling, across `await`. A key, not a state: it holds nothing outside a call. */
const contexts = new AsyncLocalStorage<CallContext>()

/** The message whose handler is calling, across `await`. */
export function currentHandled(): Handled | undefined {
  return contexts.getStore()?.handled
}

/**
 * Runs code of the program so that it is known, across `await`, who calls.
 *
 * @param handled default: what the code is called from
 * @returns `detached` resolves when the code is not to be waited for any longer, see `detachUserCode`
 */
export function runUserCode<T>(
  code: () => Promise<T>,
  handled: Handled | undefined = currentHandled(),
): { finished: Promise<T>; detached: Promise<void> } {
  let detach = () => {}
  const detached = new Promise<void>((resolve) => {
    detach = resolve
  })
  const caller: CallContext = { handled, detach, parent: contexts.getStore() }
  const finished = contexts.run(caller, code).finally(() => {
    caller.parent = undefined
  })
  return { finished, detached }
}

/** Runs work that happens because of something received; event listeners that it calls run in the same context. */
export function runInContext<T>(handled: Handled, work: () => T): T {
  const caller: CallContext = { handled, detach() {}, parent: contexts.getStore() }
  const cutOff = () => {
    caller.parent = undefined
  }
  const result = contexts.run(caller, work)
  if (result instanceof Promise) result.then(cutOff, cutOff)
  else cutOff()
  return result
}

/** Ends every wait for the code that is calling, and for what started it: it is about to wait for them. */
export function detachUserCode(): void {
  for (let caller = contexts.getStore(); caller; caller = caller.parent) caller.detach()
}
