/** Emoji that the real service encodes as spans. A flag consists of two code points; a keycap loses its U+FE0F. */
const EMOJI = /\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\uFE0F)/gu

/** Clients replace these codes with others, so these emoji are sent as plain characters. */
const REPLACED_CODES = new Set(['1f63c', '1f639', '1f63a', '1f4ab', '1f64d', '1f63b', '1f63d', '1f64e', '1f63f'])

/** Encodes text for `Content` or a name on the wire. @see docs/protocol.md §10.1 */
export function encodeContent(text: string): string {
  let encoded = ''
  let end = 0
  for (const match of text.matchAll(EMOJI)) {
    encoded += escapeText(text.slice(end, match.index)) + emojiSpan(match[0])
    end = match.index + match[0].length
  }
  return encoded + escapeText(text.slice(end))
}

/** Escapes a title, file name or URL for a field other than `Content`. @see docs/protocol.md §10.1 */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function escapeText(text: string): string {
  return escapeMarkup(text).replace(/\r\n|\r|\n/g, '<br/>')
}

function emojiSpan(emoji: string): string {
  const code = [...emoji]
    .filter((character) => character !== '\uFE0F')
    .map((character) => (character.codePointAt(0) ?? 0).toString(16))
    .join('')
  // Clients cannot parse shorter codes.
  if (code.length < 4 || REPLACED_CODES.has(code)) return emoji
  return `<span class="emoji emoji${code}"></span>`
}
