import { recordBody } from '../inspector/reply-body.js'
import type { MediaStore } from '../media/media-store.js'
import type { Medium } from '../world/medium.js'
import { answer } from './exchange.js'
import { parseRange } from './range.js'

/** Replies with the bytes of a medium or the requested `Range` of them, or with 404 if they have been evicted. */
export function mediaReply(store: MediaStore, medium: Medium, request: Request, type = medium.mime): Response {
  const { sizeBytes } = medium
  const range = parseRange(request.headers.get('range'), sizeBytes)
  if (range === 'none') {
    return answer('', 'text/plain', new Headers({ 'Content-Range': `bytes */${sizeBytes}` }), 416)
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 }
  const body = store.read(medium.id, start, end)
  if (!body) return answer('The bytes were evicted to make room for newer media.\n', 'text/plain', new Headers(), 404)
  const headers = new Headers({
    'Content-Type': type,
    'Content-Length': String(end - start + 1),
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-cache, must-revalidate',
  })
  if (range) headers.set('Content-Range', `bytes ${start}-${end}/${sizeBytes}`)
  const isWhole = end - start + 1 === sizeBytes
  const described = { sizeBytes: end - start + 1, ...(isWhole ? { md5: medium.md5 } : {}) }
  return recordBody(new Response(body, { status: range ? 206 : 200, headers }), described)
}
