import { at, parseXml, textAt, type XmlElement } from '../../../util/xml.js'
import type { Values } from './names.js'
import { renderTemplate, wordingAt } from './template.js'

/** What a system XML says. */
interface SystemXml {
  /** The wording; `''` when it has none for people. */
  text: string
  /** What `parseLine` may read; absent where people may have written the wording. */
  line?: { content: string; values?: Values }
  recall?: { recalledMsgId: string; oldMsgId: string }
}

/** A person's name by the permanent id a system XML has; `''` when unknown. */
export type NameOf = (
  id: string,
  is: { /** The person who acted. */ isSender: boolean /** No other person is named. */; isAlone: boolean },
) => string

interface Row {
  /** Paths below the root; the wording is the first that is not blank. Empty for orders to the phone. */
  at: readonly string[]
  /** Whether only the server writes it. Default false. */
  isLine?: boolean
}

const NO_WORDS: Row = { at: [] }

/** By the type of the root. `sysmsgtemplate` has a reader of its own. @see docs/protocol.md §10.18 */
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
  ['functionmsg', NO_WORDS],
  ['dynacfg', NO_WORDS],
  ['modtextstatus', NO_WORDS],
  ['ClientCheckConsistency', NO_WORDS],
  ['ClientCheckHook', NO_WORDS],
  ['ClientCheckGetAppList', NO_WORDS],
  ['ClientCheckGetExtInfo', NO_WORDS],
  ['ClientCheckSensorCollect', NO_WORDS],
])

/** In types without a row: elements that hold words for people, at any depth; the first kind that is there. */
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

/** Of these, such as the server words. */
const LINE_NAMES: ReadonlySet<string> = new Set(['plain', 'template', 'text'])

const CLOSE = '</sysmsg>'

const PERSON = /\$\{([^${}]{1,64})\}/g
const UNKNOWN_NAME = '…'

/** From its start on, but for the sender: a name in a plain line must not pass for a system XML. */
const SYSTEM_XML = /^(?:[^\s<:]{1,128}:[ \t]{0,8}\n)?\s{0,8}<sysmsg[\s>]/

/** Whether a MsgType 10000 is a system XML. */
export function isSystemXml(content: string): boolean {
  return SYSTEM_XML.test(content)
}

/**
 * A system XML; text may precede it. The wording is found by its element, whatever stands before it.
 *
 * @param nameOf who the XML names by a permanent id
 * @returns `undefined` when it is malformed
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

/** A template names people as `${id}`, with the ids in the elements beside it. */
function readRow(root: XmlElement, row: Row, nameOf: NameOf): string {
  for (const path of row.at) {
    const names = path.split('/')
    const text = wordingAt(root, ...names)
    if (text === '') continue
    if (names.at(-1) !== 'template') return text
    const parent = at(root, ...names.slice(0, -1))
    const ids = new Set(parent?.children.map((child) => child.text.trim()))
    const sender = textAt(parent, 'fromusername')
    const people = new Set(Array.from(text.matchAll(PERSON), ([, id]) => id))
    return text.replace(PERSON, (found, id: string) =>
      ids.has(id) ? nameOf(id, { isSender: id === sender, isAlone: people.size === 1 }) || UNKNOWN_NAME : found,
    )
  }
  return ''
}

/** Several templates are shown one after the other; only one alone is a sentence. */
function readTemplates(root: XmlElement): SystemXml {
  const templates = at(root, 'sysmsgtemplate')?.children.filter(({ name }) => name === 'content_template') ?? []
  const rendered = templates.map(renderTemplate)
  const text = rendered.map((one) => one.text).join('')
  const [only] = rendered
  return rendered.length === 1 && only?.line ? { text, line: only.line } : { text }
}

function recallOf(recall: XmlElement | undefined): Pick<SystemXml, 'recall'> {
  if (!recall) return {}
  const recalledMsgId = textAt(recall, 'newmsgid') || textAt(recall, 'msgid')
  return { recall: { recalledMsgId, oldMsgId: textAt(recall, 'oldmsgid') } }
}

/** Percent-encoded, with tags in it. */
function withoutMarkup(text: string): string {
  let decoded = text
  try {
    decoded = decodeURIComponent(text)
  } catch {
    // Sent as it is.
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
  const isSentence = (element: XmlElement) => SENTENCE.test(element.text) && !OF_A_PERSON.test(element.name)
  return { text: wordingAt(elements.find((element) => isWording(element) && isSentence(element))) }
}

/** Words beside each other, or a script that writes none apart. */
const SENTENCE = /\p{L}\s\p{L}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const OF_A_PERSON = /name$|user/i

/** Not an address, a document or nothing. */
function isWording({ text }: XmlElement): boolean {
  const trimmed = text.trim()
  return trimmed !== '' && !/^(?:<|[a-z]{2,10}:\/\/|[\d.:,-]*$)/i.test(trimmed)
}

function descendants(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = [element]
  for (const one of found) for (const child of one.children) found.push(child)
  return found
}
