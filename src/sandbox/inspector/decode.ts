import { wireJson } from '../encode/json.js'
import { randomHex } from '../random.js'
import { BODY_LIMIT, type KeptBody } from './kept-body.js'
import type { Mask } from './mask.js'
import type { BodyView } from './request-view.js'

/** Longer than this, an integer may lose digits as a JavaScript number. */
const LONG_INTEGERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g

/** Decodes what is kept of a body and masks its secrets. */
export function decodeBody(body: KeptBody | undefined, mask: Mask): BodyView {
  if (!body || body.kind === 'none') return { kind: 'none' }
  if (body.kind === 'binary' || body.kind === 'dropped') return body
  const { sizeBytes } = body
  if (body.kind === 'parts') {
    const parts = body.parts.map((part) =>
      part.text === undefined ? part : { ...part, text: maskedField(part.name, part.text, mask) },
    )
    return { kind: 'form', parts, sizeBytes }
  }
  const text = typeof body.content === 'string' ? body.content : body.content.toString('utf8')
  if (/x-www-form-urlencoded/i.test(body.type) && !/^\s*[{[]/.test(text)) return formOf(text, sizeBytes, mask)
  const isCut = sizeBytes > Buffer.byteLength(text)
  const json = isCut ? undefined : maskedJson(text, mask)
  if (json !== undefined) return { kind: 'json', text: json, sizeBytes }
  const isJson = /^\s*[{[]/.test(text) && isCut
  const shown = mask.text(text).slice(0, BODY_LIMIT)
  return { kind: isJson ? 'json' : 'text', text: shown, sizeBytes, ...(isCut ? { isCut } : {}) }
}

function maskedField(name: string, text: string, mask: Mask): string {
  return maskedJson(text, mask) ?? mask.field(name, text)
}

function formOf(text: string, sizeBytes: number, mask: Mask): BodyView {
  const parts = [...new URLSearchParams(text)].map(([name, value]) => ({
    name,
    sizeBytes: Buffer.byteLength(value),
    text: maskedField(name, value, mask),
  }))
  return { kind: 'form', parts, sizeBytes }
}

/** Masks a JSON object or array and keeps all digits of its integers. Returns `undefined` for any other text. */
function maskedJson(text: string, mask: Mask): string | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  const marker = `int-${randomHex(16)}-`
  const marked = text.replace(LONG_INTEGERS, (found) => (found.startsWith('"') ? found : `"${marker}${found}"`))
  let value: unknown
  try {
    value = JSON.parse(marked, (_, entry: unknown) =>
      typeof entry === 'string' && entry.startsWith(marker) ? BigInt(entry.slice(marker.length)) : entry,
    )
  } catch {
    return undefined
  }
  return wireJson(mask.json(value))
}
