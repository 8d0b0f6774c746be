import { SaxesParser } from 'saxes'

const MAX_LENGTH = 1024 * 1024
const MAX_DEPTH = 64

/** An element: its attributes, its children and the text directly in it, CDATA included. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

interface Building {
  name: string
  attributes: Record<string, string>
  children: Building[]
  text: string
}

/**
 * Parses a document of at most 1 MiB and 64 levels, with only the five predefined XML entities and numeric references.
 * Characters and references that XML forbids are treated as text, so that one user's text never invalidates the
 * elements next to it.
 *
 * @returns `undefined` when the document is otherwise malformed, declares a document type, or is too large
 */
export function parseXml(text: string): XmlElement | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const parser = new SaxesParser()
  const open: Building[] = []
  let root: Building | undefined
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', () => {
    throw new Error('a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= MAX_DEPTH) throw new Error('too deep')
    const element: Building = {
      name,
      attributes: Object.assign(Object.create(null), attributes),
      children: [],
      text: '',
    }
    open.at(-1)?.children.push(element)
    open.push(element)
    root ??= element
  })
  parser.on('closetag', () => void open.pop())
  const addText = (part: string) => {
    const element = open.at(-1)
    if (element) element.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  try {
    parser.write(repair(text.trim())).close()
    return root
  } catch {
    return undefined
  }
}

const CDATA_START = '<![CDATA['
const CDATA_END = ']]>'

/** Turns invalid characters and stray markup into text, in linear time. */
function repair(xml: string): string {
  const valid = replaceForbidden(xml)
  let repaired = ''
  let end = 0
  for (;;) {
    const start = valid.indexOf(CDATA_START, end)
    const close = start < 0 ? -1 : valid.indexOf(CDATA_END, start)
    if (close < 0) return repaired + escapeStray(valid.slice(end))
    repaired += escapeStray(valid.slice(end, start))
    end = close + CDATA_END.length
    repaired += valid.slice(start, end)
  }
}

/**
 * Replaces forbidden characters instead of removing them: removal would join the characters around them, and `]]\b>`
 * would close a CDATA section.
 */
function replaceForbidden(text: string): string {
  return text.replace(CONTROL, '\ufffd').replace(LONE_SURROGATE, '\ufffd')
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * A predefined entity, a numeric reference or a stray `&`; a `<` that does not open a tag; a CDATA end outside CDATA.
 */
const STRAY = /&(?:(?:lt|gt|amp|quot|apos);|#(\d{1,7});|#x([0-9a-fA-F]{1,6});)?|<(?![\p{L}_:/!?])|\]\]>/gu

/** For text outside CDATA: escapes stray markup and replaces references to invalid characters. */
function escapeStray(xml: string): string {
  return xml.replace(STRAY, (found, decimal: string | undefined, hex: string | undefined) => {
    if (found === '&') return '&amp;'
    if (found === '<') return '&lt;'
    if (found === CDATA_END) return ']]&gt;'
    if (!decimal && !hex) return found
    return isXmlChar(Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16)) ? found : '\ufffd'
  })
}

/** @see https://www.w3.org/TR/xml/#charsets */
function isXmlChar(code: number): boolean {
  return code <= 0x10ffff && replaceForbidden(String.fromCodePoint(code)) !== '\ufffd'
}

/** The first element at a path of child names, such as `at(msg, 'appmsg', 'title')`. */
export function at(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let found = element
  for (const name of path) found = found?.children.find((child) => child.name === name)
  return found
}

/** The trimmed text at a path; `''` if it is missing. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string {
  return at(element, ...path)?.text.trim() ?? ''
}

/** Makes text safe for XML: escapes markup, and removes or replaces invalid characters. */
export function escapeXml(text: string): string {
  return text
    .replace(CONTROL, '')
    .replace(LONE_SURROGATE, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}
