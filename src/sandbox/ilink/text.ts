import { createHash } from 'node:crypto'

const MAX_NAME = 200
const MAX_TEXT = 4000

/** The text that a program sent; `''` for any other value, which may not even be convertible to text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** An id or a name that is kept. Programs send any length; the sandbox keeps thousands of them. */
export function nameOf(value: unknown): string {
  return cut(textOf(value), MAX_NAME)
}

/** A text that is kept for the views. */
export function keptText(value: unknown): string {
  return cut(textOf(value), MAX_TEXT)
}

/** A short form of an id that differs for different ids. */
export function keyOf(id: string): string {
  return id.length > MAX_NAME ? createHash('sha256').update(id).digest('base64url') : id
}

function cut(text: string, length: number): string {
  // Half a surrogate pair cannot be part of a URL or a header; as UTF-8, it becomes U+FFFD.
  return Buffer.from(text.slice(0, length)).toString()
}
