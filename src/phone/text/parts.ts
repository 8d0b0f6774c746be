interface TextPart {
  kind: 'text' | 'mention' | 'link'
  text: string
}

/** The space WeChat inserts after a mention. */
export const MENTION_END = '\u2005'

const LINK = /https?:\/\/[^\s<>"'“”‘’（）()【】《》，。；！？、]+/gi
const LINK_TAIL = /[.,;:!?]+$/
const MAX_NAME = 64

/** Splits a message into plain text, mentions and http(s) links. `names` are the names that can be mentioned. */
export function textParts(text: string, names: readonly string[] = []): TextPart[] {
  const parts: TextPart[] = []
  let rest = 0
  for (const mention of findMentions(text, names)) {
    parts.push(...linkParts(text.slice(rest, mention.start)))
    parts.push({ kind: 'mention', text: text.slice(mention.start, mention.end) })
    rest = mention.end
  }
  parts.push(...linkParts(text.slice(rest)))
  return parts
}

/** Finds `@name` up to U+2005, or a known name followed by whitespace or the end of the text. */
function findMentions(text: string, names: readonly string[]): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const end = text.indexOf(MENTION_END, at)
    const name = end < 0 ? '' : text.slice(at + 1, end)
    if (name && name.length <= MAX_NAME && !/[@\n]/.test(name)) {
      found.push({ start: at, end })
      at = end
      continue
    }
    const known = names
      .filter((name) => name && text.startsWith(name, at + 1) && !/\S/.test(text[at + 1 + name.length] ?? ' '))
      .sort((a, b) => b.length - a.length)[0]
    if (known) found.push({ start: at, end: at + 1 + known.length })
  }
  return found
}

function linkParts(text: string): TextPart[] {
  const parts: TextPart[] = []
  let rest = 0
  for (const match of text.matchAll(LINK)) {
    const link = match[0].replace(LINK_TAIL, '')
    if (match.index > rest) parts.push({ kind: 'text', text: text.slice(rest, match.index) })
    parts.push({ kind: 'link', text: link })
    rest = match.index + link.length
  }
  if (rest < text.length) parts.push({ kind: 'text', text: text.slice(rest) })
  return parts
}
