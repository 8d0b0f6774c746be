/** Where one may stand. UserNames have long runs of digits too, and whoever has 150,000 members reads many of those. */
const MAY_BE_LONG = /(?:^|[[:,\s])-?\d{16,}(?:[\s,\]}]|$)/
const LONG_INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g
const FEWEST_DIGITS = 16

/**
 * Parses JSON; integers of 16 digits and more arrive as strings, to their last digit.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return MAY_BE_LONG.test(text) ? JSON.parse(quoteLongIntegers(text)) : value
}

/** Walks from string to string: a pattern that matched strings too would overflow on a long one. */
function quoteLongIntegers(json: string): string {
  const parts: string[] = []
  let copied = 0
  let at = 0
  while (at < json.length) {
    const quote = json.indexOf('"', at)
    const start = quote < 0 ? json.length : quote
    if (start - at >= FEWEST_DIGITS) {
      parts.push(json.slice(copied, at), json.slice(at, start).replace(LONG_INTEGER, '"$&"'))
      copied = start
    }
    at = quote < 0 ? json.length : endOfString(json, quote)
  }
  parts.push(json.slice(copied))
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
