import { createHash } from 'node:crypto'
import { parseMultipart } from '../read/multipart.js'
import type { ReplyBody } from './reply-body.js'
import type { PartView } from './request-view.js'

/** Longer bodies are cut. In UTF-16 units for text, otherwise in bytes. */
export const BODY_LIMIT = 64 * 1024

/** What is kept of a body. */
export type KeptBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'content'; readonly content: string | Buffer; readonly type: string; readonly sizeBytes: number }
  | { readonly kind: 'parts'; readonly parts: readonly PartView[]; readonly sizeBytes: number }
  | { readonly kind: 'binary'; readonly type: string; readonly sizeBytes: number; readonly md5?: string }
  | { readonly kind: 'dropped'; readonly sizeBytes: number }

export const NO_BODY: KeptBody = { kind: 'none' }

/** Keeps the beginning of text, the parts of a form, and the digest of other bytes unless there are too many. */
export function keepBody(body: ReplyBody, type: string): KeptBody {
  if (typeof body === 'string') {
    if (body === '') return NO_BODY
    // The part of a string would keep the whole of it in memory.
    const content = body.length > BODY_LIMIT ? Buffer.from(body.slice(0, BODY_LIMIT)) : body
    return { kind: 'content', content, type, sizeBytes: Buffer.byteLength(body) }
  }
  if (!(body instanceof Uint8Array)) return { kind: 'binary', type, ...body }
  if (body.length === 0) return NO_BODY
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  if (/^multipart\//i.test(type)) {
    const parts = parseMultipart(bytes, type)
    if (parts)
      return { kind: 'parts', parts: [...parts].map(([name, part]) => partOf(name, part)), sizeBytes: bytes.length }
  }
  if (isBinary(bytes, type)) return { kind: 'binary', type, sizeBytes: bytes.length, ...digestOf(bytes) }
  const content = Buffer.from(bytes.subarray(0, BODY_LIMIT))
  return { kind: 'content', content, type, sizeBytes: bytes.length }
}

/** Size of what is kept, in bytes. */
export function keptBytes(body: KeptBody): number {
  if (body.kind === 'content') return typeof body.content === 'string' ? body.content.length * 2 : body.content.length
  return body.kind === 'parts' ? body.parts.reduce((sum, part) => sum + (part.text?.length ?? 0) * 2, 0) : 0
}

export function sizeOf(body: KeptBody): number {
  return body.kind === 'none' ? 0 : body.sizeBytes
}

function partOf(name: string, { bytes, fileName }: { bytes: Buffer; fileName?: string }): PartView {
  const sizeBytes = bytes.length
  if (fileName !== undefined) return { name, sizeBytes, fileName, ...digestOf(bytes) }
  return { name, sizeBytes, text: Buffer.from(bytes.subarray(0, BODY_LIMIT)).toString('utf8') }
}

/** Programs send JSON under any type, so the first bytes decide unless the type is known. */
function isBinary(bytes: Buffer, type: string): boolean {
  if (/^(image|audio|video)\/|octet-stream/i.test(type)) return true
  if (/^text\/|json|xml|javascript|x-www-form-urlencoded/i.test(type)) return false
  return bytes.subarray(0, 512).includes(0)
}

/** Hashing every chunk of an upload would slow uploads down, even if no page is open. */
function digestOf(bytes: Buffer): { md5?: string } {
  return bytes.length > BODY_LIMIT ? {} : { md5: createHash('md5').update(bytes).digest('hex') }
}
