/** A result that may already be available. Synchronous work then costs no promise and no microtask. */
export type MaybePromise<T> = T | Promise<T>

/** Whether a result must be awaited. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
