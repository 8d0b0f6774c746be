import { decodeHTMLStrict } from 'entities'

/** Matches text that contains markup. */
export const MARKUP = /&(?:amp;)*(?:#|[a-z]{2,31};)|<(?:br|span)/i

const LINE_BREAK = /<br\s{0,8}\/?>/gi

/** A character encoded in a class name, as in `<span class="emoji emoji1f600"></span>`; its end may be truncated. */
const CHARACTER =
  /<span\s[^<>]{0,300}?\bemoji([0-9a-f]{2,6}[0-9a-f_-]{0,60})[^<>]{0,300}>?(?:(?:\s|&nbsp;){0,4}<\/span\s{0,4}>?)?/gi

/** Code points written without a separator: five digits first, then four. */
const CODE_POINTS = /1f[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]+/gi

/**
 * Decodes markup: entities, line breaks and spans that encode a character. More lenient than any service, because it is
 * used to detect what text may decode to, not for display.
 */
export function decodeMarkup(markup: string): string {
  return decodeHTMLStrict(markup.replace(CHARACTER, (_, hex: string) => charactersOf(hex)).replace(LINE_BREAK, '\n'))
}

function charactersOf(hex: string): string {
  const points = hex.split(/[-_]/).flatMap((part) => part.match(CODE_POINTS) ?? [])
  return String.fromCodePoint(...points.map((point) => Number.parseInt(point, 16)))
}
