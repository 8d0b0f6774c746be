const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g

/**
 * Parses JSON; integers of 16 digits and more arrive as strings, to their last digit.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return /\d{16}/.test(text) ? JSON.parse(quoteLongIntegers(text)) : value
}

/** Walks from string to string: a pattern that matched strings too would overflow on a long one. */
function quoteLongIntegers(json: string): string {
  const parts: string[] = []
  let at = 0
  while (at < json.length) {
    const quote = json.indexOf('"', at)
    const start = quote < 0 ? json.length : quote
    const end = quote < 0 ? json.length : endOfString(json, quote)
    parts.push(json.slice(at, start).replace(LONG_INTEGER, '"$&"'), json.slice(start, end))
    at = end
  }
  return parts.join('')
}

/** Index after the quote that closes the string opened at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = json.indexOf('"', at)
    let backslashes = 0
    while (json[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
}
