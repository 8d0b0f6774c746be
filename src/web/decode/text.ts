import { decodeHTMLStrict } from 'entities'

const EMOJI_SPAN = /<span class="emoji emoji([0-9a-f]{1,64})"><\/span>/g

/** Code points as the server concatenates them: keycap bases, then those of five digits, then those of four. */
const CODE_POINT = /[23][0-9a-f](?=20e3)|1f[0-9a-f]{3}|e00[0-9a-f]{2}|[0-9a-f]{4}/g

/** Without either there is nothing to decode. */
const MARKUP = /[<&]/

/**
 * The text of a message: emoji spans, line breaks and entities decoded, in the reverse order of their encoding, so that
 * markup a person typed stays what they typed.
 *
 * @see docs/protocol.md §10.1
 */
export function decodeText(content: string): string {
  return decodeHTMLStrict(decodeEmoji(content).replaceAll('<br/>', '\n'))
}

/** A name: emoji spans and entities decoded. */
export function decodeName(name: string): string {
  return MARKUP.test(name) ? decodeHTMLStrict(decodeEmoji(name)) : name
}

function decodeEmoji(content: string): string {
  return content.replace(EMOJI_SPAN, (span, hex: string) => {
    const points = hex.match(CODE_POINT) ?? []
    return points.join('') === hex ? String.fromCodePoint(...points.map((point) => Number.parseInt(point, 16))) : span
  })
}
