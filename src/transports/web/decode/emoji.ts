/**
 * A span, its attributes and its end. A literal `<` always comes from the server, since those of users are encoded. A span may
 * be truncated: at the end of a text that the server cut off, or before its last `>` at any position.
 */
const SPAN = /<span\s([^<>]{0,300})(?:$|\/?>(?:(?:\s|&nbsp;){0,4}(?:<\/span(?:\s{0,4}>)?|<\/?s?p?a?n?$))?)/gi

const CLASS = /(?:^|\s)class\s{0,4}=\s{0,4}(?:"([^"]*)("|$)|'([^']*)('|$))/i

const NAME = /^emoji([0-9a-f]+(?:[-_][0-9a-f]+)*)$/i

const MAX_HEX_DIGITS = 64

/** Code points as concatenated by the server: keycap bases, then five-digit, then four-digit ones. */
const CODE_POINT = /[23][0-9a-f](?=(?:fe0f)?20e3)|1f[0-9a-f]{3}|e00[0-9a-f]{2}|[0-9a-f]{4}/g

/** The two emoji with two-digit code points: © and ®. */
const SHORT = /^a[9e](?=$|fe0f$)/

/** Ends in a complete code point even without a closing quote: a four-digit one may be the start of a five-digit one. */
const COMPLETE = /1f[0-9a-f]{3}$/

/**
 * Replaces emoji spans with the emoji; a span with an unknown or truncated code is left unchanged.
 *
 * @see docs/protocol.md §10.1
 */
export function decodeEmoji(encoded: string): string {
  return encoded.replace(SPAN, (span, attributes: string) => emojiOf(attributes.replaceAll('&quot;', '"')) ?? span)
}

function emojiOf(attributes: string): string | undefined {
  const [, double, doubleEnd, single, singleEnd] = CLASS.exec(attributes) ?? []
  const classes = (double ?? single ?? '').trim().split(/\s+/)
  if (!classes.some((name) => name.toLowerCase() === 'emoji')) return undefined
  const hex = classes.map((name) => NAME.exec(name)?.[1]).find((found) => found !== undefined)
  if (hex === undefined || hex.length > MAX_HEX_DIGITS) return undefined
  const isComplete = Boolean(doubleEnd ?? singleEnd) || COMPLETE.test(hex)
  return isComplete ? charactersOf(hex.toLowerCase()) : undefined
}

function charactersOf(hex: string): string | undefined {
  const points = /[-_]/.test(hex) ? hex.split(/[-_]/) : split(hex)
  const codes = points.map((point) => Number.parseInt(point, 16))
  if (codes.length === 0 || codes.some((code) => code < 0x20 || code > 0x10ffff)) return undefined
  const characters = String.fromCodePoint(...codes)
  return /\p{Surrogate}/u.test(characters) ? undefined : characters
}

/** `[]` when the digits are not a sequence of code points. */
function split(hex: string): string[] {
  const short = SHORT.exec(hex)?.[0]
  if (short !== undefined) return [short, hex.slice(short.length)].filter(Boolean)
  const points = hex.match(CODE_POINT) ?? []
  return points.join('') === hex ? points : []
}
