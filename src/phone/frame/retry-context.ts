import { createContext } from 'preact'

/** Comes back to the sandbox at once. */
export const RetryContext = createContext<() => void>(() => {})
