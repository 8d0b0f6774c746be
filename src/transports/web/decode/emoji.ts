/**
 * A span, its attributes, and how it ends. A literal `<` is always the server's, as people's are encoded. It may break
 * off: at the end of a text the server cut, or before its last `>`, wherever it stands.
 */
const SPAN = /<span\s([^<>]{0,300})(?:$|\/?>(?:(?:\s|&nbsp;){0,4}(?:<\/span(?:\s{0,4}>)?|<\/?s?p?a?n?$))?)/gi

const CLASS = /(?:^|\s)class\s{0,4}=\s{0,4}(?:"([^"]*)("|$)|'([^']*)('|$))/i

const NAME = /^emoji([0-9a-f]+(?:[-_][0-9a-f]+)*)$/i

const MAX_HEX_DIGITS = 64

/** Code points as the server concatenates them: keycap bases, then those of five digits, then those of four. */
const CODE_POINT = /[23][0-9a-f](?=(?:fe0f)?20e3)|1f[0-9a-f]{3}|e00[0-9a-f]{2}|[0-9a-f]{4}/g

/** The two emoji whose code points have two digits: © and ®. */
const SHORT = /^a[9e](?=$|fe0f$)/

/** Ends in a code point that is whole though no quote follows: one of four digits may be the beginning of one of five. */
const WHOLE = /1f[0-9a-f]{3}$/

/**
 * Replaces emoji spans by the emoji; a span whose code is unknown or cut off stays.
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
  const isWhole = Boolean(doubleEnd ?? singleEnd) || WHOLE.test(hex)
  return isWhole ? charactersOf(hex.toLowerCase()) : undefined
}

function charactersOf(hex: string): string | undefined {
  const points = /[-_]/.test(hex) ? hex.split(/[-_]/) : split(hex)
  const codes = points.map((point) => Number.parseInt(point, 16))
  if (codes.length === 0 || codes.some((code) => code < 0x20 || code > 0x10ffff)) return undefined
  const characters = String.fromCodePoint(...codes)
  return /\p{Surrogate}/u.test(characters) ? undefined : characters
}

/** `[]` for what is not made of code points. */
function split(hex: string): string[] {
  const short = SHORT.exec(hex)?.[0]
  if (short !== undefined) return [short, hex.slice(short.length)].filter(Boolean)
  const points = hex.match(CODE_POINT) ?? []
  return points.join('') === hex ? points : []
}
