import { at, parseXml, textAt, type XmlElement } from '../../../util/xml.js'
import type { Values } from './names.js'
import { renderTemplate, wordingAt } from './template.js'

/** Contents of system XML. */
interface SystemXml {
  /** The wording; `''` when there is no readable text. */
  text: string
  /** Input for `parseLine`; absent when users may have written the wording. */
  line?: { content: string; values?: Values }
  recall?: { recalledMsgId: string; oldMsgId: string }
}

/** Resolves a permanent id in system XML to a name; `''` when unknown. */
export type NameOf = (
  id: string,
  is: { /** Whether this user acted. */ isSender: boolean /** Whether no other user is named. */; isAlone: boolean },
) => string

interface Row {
  /** Paths from the root to the wording, in order of preference. Empty for commands to the phone. */
  at: readonly string[]
  /** Whether only the server writes the wording. Defaults to false. */
  isLine?: boolean
}

const NO_WORDING: Row = { at: [] }

/** Rows by the type of the root element. `sysmsgtemplate` is read separately. @see docs/protocol.md §10.18 */
const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['revokemsg', { at: ['revokemsg/replacemsg', 'revokemsg/content'] }],
  ['editrevokecontent', { at: ['editrevokecontent/text'] }],
  ['pat', { at: ['pat/template'] }],
  ['roomtoolstips', { at: ['todo/template', 'todo/title'] }],
  ['delchatroommember', { at: ['delchatroommember/plain', 'delchatroommember/text'], isLine: true }],
  ['mmchatroombarannouncememt', { at: ['mmchatroombarannouncememt/content'] }],
  ['paymsg', { at: ['paymsg/appmsgcontent', 'paymsg/template', 'paymsg/text'] }],
  ['NewXmlChatRoomAccessVerifyApplication', { at: ['NewXmlChatRoomAccessVerifyApplication/text'], isLine: true }],
  ['NewXmlChatRoomAccessVerifyApproval', { at: ['NewXmlChatRoomAccessVerifyApproval/text'], isLine: true }],
  ['NewXmlUpgradeAssociateChatRoom', { at: ['NewXmlUpgradeAssociateChatRoom/text'], isLine: true }],
  ['functionmsg', NO_WORDING],
  ['dynacfg', NO_WORDING],
  ['modtextstatus', NO_WORDING],
  ['ClientCheckConsistency', NO_WORDING],
  ['ClientCheckHook', NO_WORDING],
  ['ClientCheckGetAppList', NO_WORDING],
  ['ClientCheckGetExtInfo', NO_WORDING],
  ['ClientCheckSensorCollect', NO_WORDING],
])

/** Elements with readable text at any depth, in order of preference; used for types without a row. */
const WORDING_NAMES = [
  'plain',
  'template',
  'text',
  'replacemsg',
  'wording',
  'content',
  'tips',
  'tip',
  'title',
  'desc',
  'msg',
]

/** Names from `WORDING_NAMES` of the elements that only the server writes. */
const LINE_NAMES: ReadonlySet<string> = new Set(['plain', 'template', 'text'])

const CLOSE = '</sysmsg>'

const PERSON_ID = /\$\{([^${}]{1,64})\}/g
const UNKNOWN_NAME = '…'

/** Anchored to the start, after an optional sender: a name in a plain line must not be mistaken for system XML. */
const SYSTEM_XML = /^(?:[^\s<:]{1,128}:[ \t]{0,8}\n)?\s{0,8}<sysmsg[\s>]/

/** Whether the content of a message of MsgType 10000 is system XML. */
export function isSystemXml(content: string): boolean {
  return SYSTEM_XML.test(content)
}

/**
 * Reads system XML, which may be preceded by text. The wording is found by its element, regardless of what precedes it.
 *
 * @param nameOf resolves permanent ids in the XML
 * @returns `undefined` when the XML is malformed
 * @see docs/protocol.md §10.18
 */
export function readSystemXml(content: string, nameOf: NameOf = () => ''): SystemXml | undefined {
  const close = content.lastIndexOf(CLOSE)
  const end = close < 0 ? content.length : close + CLOSE.length
  const root = parseXml(content.slice(Math.max(0, content.indexOf('<sysmsg')), end))
  if (root?.name !== 'sysmsg') return undefined
  const type = root.attributes.type || root.children[0]?.name || ''
  if (type === 'sysmsgtemplate') return readTemplates(root)
  const row = ROWS.get(type)
  if (!row) return search(root)
  const text = readRow(root, row, nameOf)
  if (type === 'paymsg') return { text: withoutMarkup(text) }
  if (type === 'revokemsg') return { text: text.replaceAll('\\"', '"'), ...recallOf(at(root, 'revokemsg')) }
  return row.isLine ? { text, line: { content: text } } : { text }
}

/** A template refers to users as `${id}`, with the ids in sibling elements. */
function readRow(root: XmlElement, row: Row, nameOf: NameOf): string {
  for (const path of row.at) {
    const names = path.split('/')
    const text = wordingAt(root, ...names)
    if (text === '') continue
    if (names.at(-1) !== 'template') return text
    const parent = at(root, ...names.slice(0, -1))
    const ids = new Set(parent?.children.map((child) => child.text.trim()))
    const sender = textAt(parent, 'fromusername')
    const mentionedIds = new Set(Array.from(text.matchAll(PERSON_ID), ([, id]) => id))
    return text.replace(PERSON_ID, (found, id: string) =>
      ids.has(id) ? nameOf(id, { isSender: id === sender, isAlone: mentionedIds.size === 1 }) || UNKNOWN_NAME : found,
    )
  }
  return ''
}

/** Several templates are concatenated. Only a single template can be parsed as a line. */
function readTemplates(root: XmlElement): SystemXml {
  const templates = at(root, 'sysmsgtemplate')?.children.filter(({ name }) => name === 'content_template') ?? []
  const rendered = templates.map(renderTemplate)
  const text = rendered.map(({ text }) => text).join('')
  const [only] = rendered
  return rendered.length === 1 && only?.line ? { text, line: only.line } : { text }
}

function recallOf(recall: XmlElement | undefined): Pick<SystemXml, 'recall'> {
  if (!recall) return {}
  const recalledMsgId = textAt(recall, 'newmsgid') || textAt(recall, 'msgid')
  return { recall: { recalledMsgId, oldMsgId: textAt(recall, 'oldmsgid') } }
}

/** Decodes percent-encoded text and removes its tags. */
function withoutMarkup(text: string): string {
  let decoded = text
  try {
    decoded = decodeURIComponent(text)
  } catch {
    // Not percent-encoded.
  }
  return decoded.replace(/<[^<>]*>/g, '').trim()
}

function search(root: XmlElement): SystemXml {
  const elements = descendants(root)
  for (const name of WORDING_NAMES) {
    const found = elements.find((element) => element.name === name && isWording(element))
    if (!found) continue
    const text = wordingAt(found)
    return LINE_NAMES.has(name) ? { text, line: { content: text } } : { text }
  }
  const isSentence = (element: XmlElement) => SENTENCE.test(element.text) && !NAME_ELEMENT.test(element.name)
  return { text: wordingAt(elements.find((element) => isWording(element) && isSentence(element))) }
}

/** Matches two adjacent words, or a character from a script that does not use spaces. */
const SENTENCE = /\p{L}\s\p{L}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const NAME_ELEMENT = /name$|user/i

/** Whether the text of an element is neither empty nor a number, a URL or a nested document. */
function isWording({ text }: XmlElement): boolean {
  const trimmed = text.trim()
  return trimmed !== '' && !/^(?:<|[a-z]{2,10}:\/\/|[\d.:,-]*$)/i.test(trimmed)
}

function descendants(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = [element]
  for (const parent of found) for (const child of parent.children) found.push(child)
  return found
}
