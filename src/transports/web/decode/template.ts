import { at, textAt, type XmlElement } from '../../../util/xml.js'
import type { Values } from './names.js'

/** A rendered notice. */
interface Rendered {
  text: string
  /**
   * The same text with each list of names replaced by one character, so that names are never parsed as part of the
   * sentence.
   */
  line?: { content: string; values: Values }
}

/** The first of the Unicode noncharacters that stand for links. */
const FIRST_VALUE = 0xfdd0
const MAX_LINKS = 32
const NONCHARACTERS = /[\ufdd0-\ufdef]/g

const MAX_NAME = 64
const DEFAULT_SEPARATOR = '、'

/**
 * Renders a template with its links: `"$username$"邀请"$names$"加入了群聊`. Inserted text is never parsed again.
 * `plain` is used when the template is empty or refers to a missing link.
 *
 * @param template a `<content_template>` of any type
 * @see docs/protocol.md §10.18
 */
export function renderTemplate(template: XmlElement): Rendered {
  const source = wordingAt(template, 'template')
  const links = linksOf(template)
  const values = new Map<string, Link>()
  let text = ''
  let content = ''
  let isComplete = source !== '' && links.size <= MAX_LINKS
  for (const piece of pieces(source, links)) {
    if (typeof piece === 'string') {
      text += piece
      content += piece.replace(NONCHARACTERS, '')
      continue
    }
    const { name, link } = piece
    if (!link) {
      isComplete = false
      text += `$${name}$`
    } else if (link.text !== '') {
      const value = String.fromCharCode(FIRST_VALUE + values.size)
      values.set(value, link)
      text += link.text
      content += value
    }
    if (values.size > MAX_LINKS) isComplete = false
  }
  const plain = wordingAt(template, 'plain')
  if (isComplete) return { text, line: { content, values } }
  return plain === '' ? { text } : { text: plain, line: { content: plain, values: new Map() } }
}

/** The text of an element, without the line breaks and indentation around it, which belong to the XML. */
export function wordingAt(element: XmlElement | undefined, ...path: string[]): string {
  const text = at(element, ...path)?.text ?? ''
  const start = text.length - text.trimStart().length
  const end = text.trimEnd().length
  if (end === 0) return ''
  const head = text.slice(0, start)
  const tail = text.slice(end)
  return (head.includes('\n') ? '' : head) + text.slice(start, end) + (tail.includes('\n') ? '' : tail)
}

interface Link {
  names: readonly string[]
  text: string
}

function linksOf(template: XmlElement): ReadonlyMap<string, Link> {
  const links = at(template, 'link_list')?.children.filter(({ name }) => name === 'link') ?? []
  return new Map(links.reverse().map((link) => [link.attributes.name ?? '', readLink(link)]))
}

/**
 * Returns the names of the members, or the plain text of a link that names no members or is of an unknown type. Buttons
 * yield no text.
 */
function readLink(link: XmlElement): Link {
  const { type = '', hidden } = link.attributes
  if (hidden === '1' || type.startsWith('link_revoke')) return { names: [], text: '' }
  const members = type === 'link_profile' ? (at(link, 'memberlist')?.children ?? []) : []
  const names = members.filter(({ name }) => name === 'member').map((member) => wordingAt(member, 'nickname'))
  if (names.length > 0) return { names, text: names.join(at(link, 'separator')?.text || DEFAULT_SEPARATOR) }
  const text = wordingAt(link, 'plain') || textAt(link, 'title')
  return { names: [text], text }
}

type Piece = string | { name: string; link: Link | undefined }

/** Splits a template into text and links. A `$` that does not start a name is text. */
function* pieces(source: string, links: ReadonlyMap<string, Link>): Generator<Piece> {
  let from = 0
  for (let start = source.indexOf('$'); start >= 0; start = source.indexOf('$', Math.max(start + 1, from))) {
    const end = source.indexOf('$', start + 1)
    const name = source.slice(start + 1, Math.max(end, start + 1))
    if (end < 0 || !(links.has(name) || PLACEHOLDER.test(name))) continue
    if (name.length > MAX_NAME) continue
    yield source.slice(from, start)
    yield { name, link: links.get(name) }
    from = end + 1
  }
  yield source.slice(from)
}

const PLACEHOLDER = /^[A-Za-z_]\w{0,63}$/
