import { useState } from 'preact/hooks'
import { useStrings } from './use-strings.js'

/** Runs an action that can fail. `busy` is true while it is running; `error` is the message to show next to its button. */
export function useAction<Args extends unknown[]>(
  action: (...args: Args) => Promise<void>,
): { run: (...args: Args) => Promise<boolean>; busy: boolean; error: string; clearError: () => void } {
  const strings = useStrings()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  async function run(...args: Args): Promise<boolean> {
    setBusy(true)
    setError('')
    try {
      await action(...args)
      return true
    } catch (cause) {
      setError((cause instanceof Error && cause.message) || strings.noConnection)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error, clearError: () => setError('') }
}
