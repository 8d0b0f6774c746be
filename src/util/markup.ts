import { decodeHTMLStrict } from 'entities'

/** What markup has that texts do not. */
export const MARKUP = /&(?:amp;)*(?:#|[a-z]{2,31};)|<(?:br|span)/i

const LINE_BREAK = /<br\s{0,8}\/?>/gi

/** A character named by a class, as in `<span class="emoji emoji1f600"></span>`; its end may be cut off. */
const CHARACTER =
  /<span\s[^<>]{0,300}?\bemoji([0-9a-f]{2,6}[0-9a-f_-]{0,60})[^<>]{0,300}>?(?:(?:\s|&nbsp;){0,4}<\/span\s{0,4}>?)?/gi

/** Code points that are written without a separator: those of five digits, then those of four. */
const CODE_POINTS = /1f[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]+/gi

/**
 * The text that markup stands for: entities, line breaks and spans that name a character. More lenient than any service:
 * for finding what a text may become, not for showing it.
 */
export function decodeMarkup(markup: string): string {
  return decodeHTMLStrict(markup.replace(CHARACTER, (_, hex: string) => charactersOf(hex)).replace(LINE_BREAK, '\n'))
}

function charactersOf(hex: string): string {
  const points = hex.split(/[-_]/).flatMap((part) => part.match(CODE_POINTS) ?? [])
  return String.fromCodePoint(...points.map((point) => Number.parseInt(point, 16)))
}
