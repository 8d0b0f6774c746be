import { isDict } from './read.js'

const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g
const MIN_DIGITS = 16

/**
 * Maximum number of levels of objects and arrays, the same as for XML. Serializing much deeper values as JSON would
 * overflow the stack.
 */
const MAX_DEPTH = 64

/**
 * Matches an escape sequence, which is kept, or a control character, which JSON strings allow only as an escape
 * sequence.
 */
const ESCAPE_OR_CONTROL = /\\[\s\S]|[\u0000-\u001f]/g

/**
 * Parses JSON as servers send it: integers of 16 or more digits become strings, so that no digits are lost;
 * control characters in strings need not be escaped; values nested deeper than 64 levels become `null`.
 *
 * @throws SyntaxError for any other deviation; its message does not quote the text
 */
export function parseJson(text: string): unknown {
  const json = quoteLongIntegers(text)
  try {
    return limitDepth(JSON.parse(json), 1)
  } catch {
    return limitDepth(parseLenient(json), 1)
  }
}

function parseLenient(json: string): unknown {
  try {
    return JSON.parse(escapeControls(json))
  } catch {
    // The parser's own message quotes its input.
    throw new SyntaxError('The text is not JSON.')
  }
}

/** Escapes control characters in strings. Those outside strings are left for the parser to reject. */
function escapeControls(json: string): string {
  const parts: string[] = []
  let at = 0
  for (let quote = json.indexOf('"'); quote >= 0; quote = json.indexOf('"', at)) {
    const end = endOfString(json, quote)
    parts.push(json.slice(at, quote), json.slice(quote, end).replace(ESCAPE_OR_CONTROL, escapeControl))
    at = end
  }
  parts.push(json.slice(at))
  return parts.join('')
}

function escapeControl(found: string): string {
  return found.length > 1 ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Replaces values below the maximum depth with `null`, in place. */
function limitDepth(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index]
      if (typeof item === 'object' && item !== null) value[index] = limitDepth(item, depth + 1)
    }
    return value
  }
  if (!isDict(value)) return value
  for (const key in value) {
    const item = value[key]
    if (typeof item === 'object' && item !== null && limitDepth(item, depth + 1) === null) value[key] = null
  }
  return value
}

/**
 * Looks at every sixteenth character: a run of sixteen digits contains one of them. Nearly all long integers follow a key, which
 * ends with a word character and a quote. Inside a string, that quote would be escaped, and an opening quote does not follow a word
 * character. All other candidates require finding the strings first.
 */
function quoteLongIntegers(json: string): string {
  const parts: string[] = []
  let copied = 0
  for (let at = MIN_DIGITS - 1; at < json.length; at += MIN_DIGITS) {
    if (!isDigit(json, at)) continue
    let [start, end] = [at, at + 1]
    while (isDigit(json, start - 1)) start--
    while (isDigit(json, end)) end++
    if (end - start < MIN_DIGITS) continue
    at = end - 1
    if (json[start - 1] === '-') start--
    if (!isBounded(json, start, end)) continue
    if (!isAfterKey(json, start)) return quoteBetweenStrings(json)
    parts.push(json.slice(copied, start), '"', json.slice(start, end), '"')
    copied = end
  }
  return copied === 0 ? json : parts.join('') + json.slice(copied)
}

function isDigit(json: string, at: number): boolean {
  const code = json.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** Whether the characters around it allow it to be an integer outside a string. */
function isBounded(json: string, start: number, end: number): boolean {
  return /^[[:,\s]?$/.test(json.slice(Math.max(0, start - 1), start)) && /^[\s,\]}]?$/.test(json.slice(end, end + 1))
}

function isAfterKey(json: string, start: number): boolean {
  return json[start - 1] === ':' && json[start - 2] === '"' && /\w/.test(json[start - 3] ?? '')
}

/** Walks from string to string: a pattern that also matched strings would overflow the stack on a long one. */
function quoteBetweenStrings(json: string): string {
  const parts: string[] = []
  let copied = 0
  let at = 0
  while (at < json.length) {
    const quote = json.indexOf('"', at)
    const start = quote < 0 ? json.length : quote
    if (start - at >= MIN_DIGITS) {
      parts.push(json.slice(copied, at), json.slice(at, start).replace(LONG_INTEGER, '"$&"'))
      copied = start
    }
    at = quote < 0 ? json.length : endOfString(json, quote)
  }
  parts.push(json.slice(copied))
  return parts.join('')
}

/** Index after the quote that closes the string opened at `start`; the end of the text if the string is not closed. */
function endOfString(json: string, start: number): number {
  for (let at = json.indexOf('"', start + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let backslashes = 0
    while (json[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return json.length
}
