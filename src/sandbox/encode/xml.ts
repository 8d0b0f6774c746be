import { STATUS_NOTIFY } from '../../transports/web/wire/login.js'
import type { Message } from '../world/message.js'

/** @see docs/protocol.md §10.18 */
export function recallXml(message: Message, notice: string): string {
  return (
    `<sysmsg type="revokemsg"><revokemsg><session>${escapeXml(message.chatId)}</session>` +
    `<oldmsgid>${message.id.slice(-10)}</oldmsgid><msgid>${message.id}</msgid><newmsgid>${message.id}</newmsgid>` +
    `<replacemsg><![CDATA[${notice.replaceAll(']]>', '] ]>')}]]></replacemsg></revokemsg></sysmsg>`
  )
}

/** @see docs/protocol.md §10.13 */
export function statusNotifyXml(code: number, chatIds: readonly string[], atMs: number): string {
  const names = chatIds.map(escapeXml).join(',')
  if (code !== STATUS_NOTIFY.syncConversations) return `<msg><op id='${code}'><username>${names}</username></op></msg>`
  const seconds = Math.trunc(atMs / 1000)
  const unread = (name: string) =>
    `<chat>\n<username>${name}</username>\n<lastreadtime>${seconds}</lastreadtime>\n</chat>\n`
  return (
    `<msg>\n<op id='${code}'>\n<username>${names}</username>\n<unreadchatlist>\n${unread('MomentsUnreadMsgStatus')}` +
    '</unreadchatlist>\n<unreadfunctionlist>\n</unreadfunctionlist>\n</op>\n</msg>'
  )
}

/** Encodes attributes in the given order and escapes their values. */
export function attributes(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('')
}

/** Encodes an element with escaped text. */
export function element(name: string, text: string | number = ''): string {
  return `<${name}>${escapeText(String(text))}</${name}>`
}

/** Encodes an element whose text is a CDATA section. */
export function cdataElement(name: string, text: string | number): string {
  return `<${name}>${cdata(String(text))}</${name}>`
}

/** Splits every `]]>`, because it would end the section early. */
function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(CONTROL, '')
}

function escapeXml(text: string): string {
  return text
    .replace(CONTROL, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\r\n|\r|\n/g, '&#10;')
}

/** Characters that are not allowed in XML, even when escaped. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
