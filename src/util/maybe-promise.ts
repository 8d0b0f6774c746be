/** A result that may already be available. Synchronous work then costs no promise and no microtask. */
export type MaybePromise<T> = T | Promise<T>

/** Continues with a result, immediately if it is available. */
export function andThen<T, U>(result: MaybePromise<T>, next: (value: T) => U): MaybePromise<U> {
  return isPromise(result) ? result.then(next) : next(result)
}

/** Whether a result must be awaited. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
