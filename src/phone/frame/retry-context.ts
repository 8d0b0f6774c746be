import { createContext } from 'preact'

/** Reconnects to the sandbox immediately. */
export const RetryContext = createContext<() => void>(() => {})
