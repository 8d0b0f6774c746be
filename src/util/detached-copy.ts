/**
 * The same text in memory of its own. V8 keeps a part cut out of a text as a reference to the whole: whatever outlives the text it
 * came from has to be copied first.
 */
export function detachedCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
