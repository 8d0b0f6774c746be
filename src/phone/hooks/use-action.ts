import { useState } from 'preact/hooks'
import { useStrings } from './use-strings.js'

/** Runs something that can be refused: whether it runs now, and why it failed, to stand beside its button. */
export function useAction<Args extends unknown[]>(
  act: (...args: Args) => Promise<void>,
): { run: (...args: Args) => Promise<boolean>; busy: boolean; error: string; forget: () => void } {
  const strings = useStrings()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  async function run(...args: Args): Promise<boolean> {
    setBusy(true)
    setError('')
    try {
      await act(...args)
      return true
    } catch (cause) {
      setError((cause instanceof Error && cause.message) || strings.noConnection)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { run, busy, error, forget: () => setError('') }
}
