import { MASK } from '../../sandbox/control/view.js'

/** A value of a JSON text, for display. */
export type JsonNode =
  | { kind: 'list'; brackets: '{}' | '[]'; entries: readonly { name: string; value: JsonNode }[] }
  | { kind: 'string' | 'number' | 'word'; text: string }
  | { kind: 'masked' }

const MAX_ITEMS = 5
const MAX_FIELDS = 60

/** JavaScript numbers lose digits of longer integers. */
const LONG_INTEGERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g
/** A private-use character that marks a long integer; in texts of people it has no meaning. */
const MARKER = '\uf8ff#'

/** Parses JSON without losing digits. Returns `undefined` for any other text. */
export function parseJson(text: string): JsonNode | undefined {
  const marked = text.replace(LONG_INTEGERS, (found) => (found.startsWith('"') ? found : `"${MARKER}${found}"`))
  try {
    return nodeOf(JSON.parse(marked))
  } catch {
    return undefined
  }
}

/** The number of masked values if a list contains nothing else, otherwise 0. */
export function maskedCount(node: JsonNode): number {
  if (node.kind !== 'list' || node.brackets === '[]') return 0
  return node.entries.every(({ value }) => value.kind === 'masked') ? node.entries.length : 0
}

/** Whether a list is folded at first: a long one, or one without any content. */
export function isFolded(node: JsonNode, depth: number): boolean {
  if (depth === 0 || node.kind !== 'list') return false
  const { brackets, entries } = node
  return entries.length > (brackets === '[]' ? MAX_ITEMS : MAX_FIELDS) || isBlank(node)
}

/** Whether a value contains only empty texts and zeros, like the fields that do not apply to a message. */
function isBlank(node: JsonNode): boolean {
  if (node.kind === 'list') return node.entries.every(({ value }) => isBlank(value))
  return node.kind !== 'masked' && ['', '0', 'null'].includes(node.text)
}

function nodeOf(value: unknown): JsonNode {
  if (value === MASK) return { kind: 'masked' }
  if (typeof value === 'string') {
    return value.startsWith(MARKER)
      ? { kind: 'number', text: value.slice(MARKER.length) }
      : { kind: 'string', text: value }
  }
  if (Array.isArray(value)) {
    return { kind: 'list', brackets: '[]', entries: value.map((entry) => ({ name: '', value: nodeOf(entry) })) }
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([name, entry]) => ({ name, value: nodeOf(entry) }))
    return { kind: 'list', brackets: '{}', entries }
  }
  return { kind: typeof value === 'number' ? 'number' : 'word', text: String(value) }
}
