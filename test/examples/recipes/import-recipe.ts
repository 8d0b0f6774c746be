import { Itchat } from 'itchat'
import { vi } from 'vitest'

/** Imports a recipe without its login, for tests of its `register` with another instance. */
export async function importRecipe<T>(load: () => Promise<T>): Promise<T> {
  const before = process.listeners('SIGINT')
  const spies = (['autoLogin', 'run'] as const).map((name) => vi.spyOn(Itchat.prototype, name).mockResolvedValue())
  try {
    return await load()
  } finally {
    for (const spy of spies) spy.mockRestore()
    for (const listener of process.listeners('SIGINT')) {
      if (!before.includes(listener)) process.removeListener('SIGINT', listener)
    }
  }
}
