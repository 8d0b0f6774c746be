/**
 * Matches a span with its attributes and end tag. A literal `<` is always inserted by the server, because a `<` typed
 * by a user is encoded. A span may be truncated where the server cut off the text; elsewhere, only the last `>` may be
 * missing.
 */
const SPAN = /<span\s([^<>]{0,300})(?:$|\/?>(?:(?:\s|&nbsp;){0,4}(?:<\/span(?:\s{0,4}>)?|<\/?s?p?a?n?$))?)/gi

const CLASS = /(?:^|\s)class\s{0,4}=\s{0,4}(?:"([^"]*)("|$)|'([^']*)('|$))/i

const NAME = /^emoji([0-9a-f]+(?:[-_][0-9a-f]+)*)$/i

const MAX_HEX_DIGITS = 64

/** Matches one of the code points that the server concatenates: a keycap base, or one with five or four digits. */
const CODE_POINT = /[23][0-9a-f](?=(?:fe0f)?20e3)|1f[0-9a-f]{3}|e00[0-9a-f]{2}|[0-9a-f]{4}/g

/** The two emoji with two-digit code points: © and ®. */
const SHORT = /^a[9e](?=$|fe0f$)/

/** Matches if the last code point is complete even without a closing quote. Four digits may be the start of five. */
const COMPLETE = /1f[0-9a-f]{3}$/

/**
 * Replaces emoji spans with the actual emoji; a span with an unknown or truncated code is left unchanged.
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

/** Splits digits into code points; returns `[]` when they are not a sequence of code points. */
function split(hex: string): string[] {
  const short = SHORT.exec(hex)?.[0]
  if (short !== undefined) return [short, hex.slice(short.length)].filter(Boolean)
  const points = hex.match(CODE_POINT) ?? []
  return points.join('') === hex ? points : []
}
