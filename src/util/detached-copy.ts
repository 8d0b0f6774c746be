/**
 * Copies a string into memory of its own. V8 stores a substring as a reference to the whole string, so a substring that
 * outlives the string must be copied.
 */
export function detachedCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
