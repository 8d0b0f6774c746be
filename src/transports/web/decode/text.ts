import { decodeHTMLStrict } from 'entities'
import { decodeEmoji } from './emoji.js'

/** Text without these characters needs no decoding. */
const MARKUP = /[<&]/

const LINE_BREAK = /<br\s{0,8}\/?>/gi

/**
 * Decodes text written by a user: emoji spans, line breaks and entities, in the reverse order of their encoding, so
 * that markup typed by the user is preserved.
 *
 * @see docs/protocol.md §10.1
 */
export function decodeText(encoded: string): string {
  return MARKUP.test(encoded) ? decodeHTMLStrict(decodeEmoji(encoded).replace(LINE_BREAK, '\n')) : encoded
}

/** Decodes the named fields in place; missing and non-string fields are left unchanged. */
export function decodeTextFields<T extends object>(fields: T, names: readonly (string & keyof T)[]): T {
  for (const name of names) {
    const encoded: unknown = fields[name]
    if (typeof encoded === 'string') fields[name] = decodeText(encoded) as T[typeof name]
  }
  return fields
}
