import { useState } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import { isFolded, type JsonNode, maskedCount } from './json-tree.js'
import { MaskedChip, MaskedText } from './masked-text.js'

const SHOWN_ENTRIES = 100
const SHOWN_TEXT = 400
/** UserNames are long and differ only in their digits; what matters is who is meant. */
const USER_NAME = /^@@?[\da-f]{32,}$/

/** Names for the types of messages on the wire. */
const TYPES: Readonly<Record<string, StringKey>> = {
  1: 'kindText',
  3: 'kindImage',
  34: 'kindVoice',
  42: 'kindCard',
  43: 'kindVideo',
  47: 'kindSticker',
  48: 'kindLocation',
  10000: 'kindNote',
}

interface Props {
  node: JsonNode
  /** Names by `UserName`. */
  names: Readonly<Record<string, string>>
  name?: string
  depth?: number
  isLast?: boolean
}

/** JSON as a tree in which lists can be folded. */
export function JsonView({ node, names, name = '', depth = 0, isLast = true }: Props) {
  const strings = useStrings()
  if (node.kind !== 'list') {
    const comma = isLast ? '' : ','
    const note = noteOf(node, name, names, strings)
    return (
      <div class="json-line">
        <Key name={name} />
        <Leaf node={node} />
        {comma}
        {note && <span class="json-note">{`  // ${note}`}</span>}
      </div>
    )
  }
  return <List node={node} names={names} name={name} depth={depth} isLast={isLast} />
}

function List({ node, names, name, depth, isLast }: Required<Props> & { node: JsonNode & { kind: 'list' } }) {
  const strings = useStrings()
  const [folded, setFolded] = useState(() => isFolded(node, depth))
  const [all, setAll] = useState(false)
  const { brackets, entries } = node
  const [open, close] = brackets
  const comma = isLast ? '' : ','
  const masked = maskedCount(node)
  if (entries.length === 0 || masked > 0) {
    return (
      <div class="json-line">
        <Key name={name} />
        {masked > 0 ? <MaskedChip count={masked} /> : brackets}
        {comma}
      </div>
    )
  }
  const shown = all ? entries : entries.slice(0, SHOWN_ENTRIES)
  return (
    <>
      <div class="json-line">
        <button type="button" class="json-fold" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          <Key name={name} />
          {open}
          {folded && (
            <>
              <span class="json-note"> {strings.wireItems(entries.length)} </span>
              {close}
              {comma}
            </>
          )}
        </button>
      </div>
      {!folded && (
        <>
          <div class="json-inside">
            {shown.map((entry, index) => (
              <JsonView
                key={index}
                node={entry.value}
                names={names}
                name={entry.name}
                depth={depth + 1}
                isLast={index === entries.length - 1}
              />
            ))}
            {shown.length < entries.length && (
              <button type="button" class="link-button" onClick={() => setAll(true)}>
                {strings.wireRest(entries.length - shown.length)}
              </button>
            )}
          </div>
          <div class="json-line">
            {close}
            {comma}
          </div>
        </>
      )}
    </>
  )
}

function Key({ name }: { name: string }) {
  return name === '' ? null : (
    <>
      <span class="json-key">{JSON.stringify(name)}</span>
      {': '}
    </>
  )
}

function Leaf({ node }: { node: Exclude<JsonNode, { kind: 'list' }> }) {
  if (node.kind === 'masked') return <MaskedChip />
  if (node.kind !== 'string') return <span class={`json-${node.kind}`}>{node.text}</span>
  if (USER_NAME.test(node.text)) {
    return (
      <span class="json-string" title={node.text}>
        {`"${node.text.slice(0, 6)}…${node.text.slice(-4)}"`}
      </span>
    )
  }
  const isLong = node.text.length > SHOWN_TEXT
  const text = JSON.stringify(isLong ? node.text.slice(0, SHOWN_TEXT) : node.text)
  return (
    <span class="json-string">
      <MaskedText text={isLong ? `${text}…` : text} />
    </span>
  )
}

function noteOf(node: JsonNode, name: string, names: Props['names'], strings: Strings): string | undefined {
  if (node.kind === 'string') return Object.hasOwn(names, node.text) ? names[node.text] : undefined
  if (node.kind !== 'number' || (name !== 'MsgType' && name !== 'Type')) return undefined
  const key = TYPES[node.text]
  return key && strings[key]
}
