import { decodeXML } from 'entities'

/**
 * The text of the first element of this name, entities and CDATA undone; `undefined` when there is none. Reads what is
 * not well-formed too, as programs send names unescaped.
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

/** An attribute of the first element of this name; `undefined` when there is none. */
export function attribute(xml: string, element: string, name: string): string | undefined {
  const tag = new RegExp(`<${element}(\\s[^<]*?)/?>`).exec(xml)?.[1]
  const value = tag === undefined ? undefined : new RegExp(`\\s${name}\\s*=\\s*("[^"]*"|'[^']*')`).exec(tag)?.[1]
  return value === undefined ? undefined : decodeXML(value.slice(1, -1))
}

const NAME = '[A-Za-z_][\\w.:-]*'
const TAG = new RegExp(`^<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`)
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/

/** Why a strict reader would refuse this XML; `undefined` when it would not. */
export function xmlDefect(xml: string): string | undefined {
  const open: string[] = []
  let rest = xml.trim().replace(/^<\?xml[^?]*\?>\s*/, '')
  let roots = 0
  while (rest !== '') {
    const at = rest.indexOf('<')
    const text = at < 0 ? rest : rest.slice(0, at)
    if (REFERENCE.test(text)) return 'a bare & in text'
    if (at < 0) return open.length > 0 ? `<${open.at(-1)}> is not closed` : 'text after the end'
    if (open.length === 0 && text.trim() !== '') return 'text outside the root'
    rest = rest.slice(at)
    if (rest.startsWith('<![CDATA[')) {
      const end = rest.indexOf(']]>')
      if (end < 0) return 'CDATA is not closed'
      rest = rest.slice(end + 3)
      continue
    }
    const tag = TAG.exec(rest)
    if (!tag) return 'a bare < in text'
    const [whole, closing, name = '', attributes = '', empty] = tag
    if (REFERENCE.test(attributes)) return 'a bare & in an attribute'
    rest = rest.slice(whole.length)
    if (closing) {
      if (open.pop() !== name) return `</${name}> closes nothing`
    } else if (!empty) {
      open.push(name)
    }
    if (open.length === 0) roots++
    if (roots > 1) return 'more than one root'
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`
  return roots === 0 ? 'no element' : undefined
}
