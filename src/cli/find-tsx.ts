import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Finds the `tsx` of a project. Returns its URL, for `node --import`.
 *
 * @param file a program, in whose folder the search starts; it continues in the working directory
 */
export function findTsx(file?: string): string | undefined {
  const starts = [...(file === undefined ? [] : [resolve(file)]), join(process.cwd(), 'index.js')]
  for (const start of starts) {
    try {
      return pathToFileURL(createRequire(start).resolve('tsx')).href
    } catch {
      // Not installed there.
    }
  }
  return undefined
}
