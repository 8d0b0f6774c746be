import { createHash } from 'node:crypto'
import type { Quote } from '../../../message/payload.js'
import { type Dict, dict, int, isDict, text } from '../../../util/read.js'
import type { KnownText } from '../session/known-texts.js'
import { ITEM_TYPE } from '../wire/message.js'
import { typeOf } from './types.js'

/** Decodes the quote of an item, if it has one. @see docs/ilink.md §4.2 */
export function decodeQuote(item: Dict, known: (id: string) => KnownText | undefined): Quote | undefined {
  if (!isDict(item.ref_msg)) return undefined
  const { svr_id, message_item, title, partial_text } = item.ref_msg
  const inline = dict(message_item)
  const id = [svr_id, inline.msg_id].map(text).find((value) => value !== '' && value !== '0') ?? ''
  const quoted = isDict(message_item) ? { type: int(inline.type, 0), text: textOf(inline) } : known(id)
  const body = quoted?.text || text(title)
  const part = isDict(partial_text) ? partOf(quoted?.text ?? '', partial_text) : undefined
  const content = isDict(partial_text) ? part : body
  return {
    id,
    isPartial: isDict(partial_text),
    ...(quoted && quoted.type !== 0 ? { type: typeOf(quoted.type) } : {}),
    ...(content ? { text: content } : {}),
  }
}

/** The text by which an item can be quoted: its text, transcript or file name. */
export function textOf(item: Dict): string {
  switch (int(item.type, 0)) {
    case ITEM_TYPE.text:
      return text(dict(item.text_item).text)
    case ITEM_TYPE.voice:
      return text(dict(item.voice_item).text)
    case ITEM_TYPE.file:
      return text(dict(item.file_item).file_name)
    default:
      return ''
  }
}

/**
 * Finds the quoted part of a text from its first and last words. It is undocumented whether the last words are counted
 * from the start of the text or from the first words; the checksum decides.
 */
function partOf(body: string, { start, end, startindex, endindex, quotemd5 }: Dict): string | undefined {
  const [first, last] = [text(start), text(end)]
  const from = nthIndex(body, first, int(startindex, 0), 0)
  if (from < 0) return undefined
  const ends = [0, from, from + first.length].map((at) => nthIndex(body, last, int(endindex, 0), at))
  const parts = ends.filter((at) => at >= 0).map((at) => body.slice(from, at + last.length))
  return parts.find((part) => createHash('md5').update(part).digest('hex') === text(quotemd5).toLowerCase())
}

/** Index of an occurrence, counted from 0; -1 if there are not that many. */
function nthIndex(body: string, part: string, count: number, from: number): number {
  if (part === '' || count < 0 || count > body.length) return -1
  let at = body.indexOf(part, from)
  for (let seen = 0; seen < count && at >= 0; seen++) at = body.indexOf(part, at + 1)
  return at
}
