import { decodeXML } from 'entities'

/**
 * Returns the decoded text of the first element with this name, or `undefined` if there is none. Also accepts XML that
 * is not well-formed, because programs send unescaped names.
 */
export function elementText(xml: string, name: string): string | undefined {
  const start = new RegExp(`<${name}(\\s[^<>]*)?>`).exec(xml)
  if (!start || start[0].endsWith('/>')) return undefined
  const from = start.index + start[0].length
  const end = xml.indexOf(`</${name}>`, from)
  if (end < 0) return undefined
  const inner = xml.slice(from, end).trim()
  const cdata = inner.startsWith('<![CDATA[') && inner.endsWith(']]>')
  return cdata ? inner.slice('<![CDATA['.length, -']]>'.length) : decodeXML(inner)
}

/** Returns an attribute of the first element with this name, or `undefined` if it is missing. */
export function attribute(xml: string, element: string, name: string): string | undefined {
  const tag = new RegExp(`<${element}(\\s[^<]*?)/?>`).exec(xml)?.[1]
  const value = tag === undefined ? undefined : new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`).exec(tag)?.[1]
  return value === undefined ? undefined : decodeXML(value.slice(1, -1))
}

const NAME = '[A-Za-z_][\\w.:-]*'
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`)
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/

/** Returns why a strict parser would reject this XML, or `undefined` if it is well-formed. */
export function xmlDefect(xml: string): string | undefined {
  const open: string[] = []
  let rest = xml.trim().replace(/^<\?xml[^?]*\?>\s*/, '')
  let roots = 0
  while (rest !== '') {
    const at = rest.indexOf('<')
    const text = at < 0 ? rest : rest.slice(0, at)
    if (REFERENCE.test(text)) return 'unescaped & in text'
    if (at < 0) return open.length > 0 ? `<${open.at(-1)}> is not closed` : 'text after the root element'
    if (open.length === 0 && text.trim() !== '') return 'text before the root element'
    rest = rest.slice(at)
    if (rest.startsWith('<![CDATA[')) {
      const end = rest.indexOf(']]>')
      if (end < 0) return 'CDATA is not closed'
      rest = rest.slice(end + 3)
      continue
    }
    const tag = TAG.exec(rest)
    if (!tag) return 'unescaped < in text'
    const [whole, closing, name = '', attributes = '', empty] = tag
    if (REFERENCE.test(attributes)) return 'unescaped & in an attribute'
    rest = rest.slice(whole.length)
    if (closing) {
      if (open.pop() !== name) return `</${name}> has no matching start tag`
    } else if (!empty) {
      open.push(name)
    }
    if (open.length === 0) roots++
    if (roots > 1) return 'more than one root element'
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`
  return roots === 0 ? 'the root element is missing' : undefined
}
