import { decodeHTMLStrict } from 'entities'
import { decodeEmoji } from './emoji.js'

/** Without either there is nothing to decode. */
const MARKUP = /[<&]/

const LINE_BREAK = /<br\s{0,8}\/?>/gi

/**
 * What a person wrote: emoji spans, line breaks and entities decoded, in the reverse order of their encoding, so that
 * markup a person typed stays what they typed.
 *
 * @see docs/protocol.md §10.1
 */
export function decodeText(words: string): string {
  return MARKUP.test(words) ? decodeHTMLStrict(decodeEmoji(words).replace(LINE_BREAK, '\n')) : words
}

/** Decodes the named fields in place; absent ones and those that hold no text stay as they are. */
export function decodeTextFields<T extends object>(fields: T, names: readonly (string & keyof T)[]): T {
  for (const name of names) {
    const words: unknown = fields[name]
    if (typeof words === 'string') fields[name] = decodeText(words) as T[typeof name]
  }
  return fields
}
