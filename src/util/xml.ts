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
 * Parses a document of at most 1 MiB and 64 levels. No entities but the five of XML and numeric ones.
 *
 * @returns `undefined` when it is malformed or too large: what strangers send may be
 */
export function parseXml(text: string): XmlElement | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const parser = new SaxesParser()
  const open: Building[] = []
  let root: Building | undefined
  parser.on('error', (error) => {
    throw error
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
    parser.write(text.trim()).close()
    return root
  } catch {
    return undefined
  }
}

/** The first element down a path of child names, such as `at(msg, 'appmsg', 'title')`. */
export function at(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let found = element
  for (const name of path) found = found?.children.find((child) => child.name === name)
  return found
}

/** The trimmed text at a path; `''` when there is none. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string {
  return at(element, ...path)?.text.trim() ?? ''
}

/** A text as it stands in XML: markup escaped, characters XML cannot hold left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}
