import { STATUS_NOTIFY } from '../../web/wire/login.js'
import type { Message } from '../world/message.js'
import type { Person } from '../world/person.js'

/** @see docs/protocol.md §10.18 */
export function recallXml(message: Message, by: string | undefined): string {
  const notice = by === undefined ? '你撤回了一条消息' : `"${by}" 撤回了一条消息`
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

/** @see docs/protocol.md §10.6 */
export function requestXml(person: Person, greeting: string, ticket: string): string {
  const attributes: Record<string, string | number> = {
    fromusername: person.id,
    encryptusername: ticket.replace('v2_', 'v1_'),
    fromnickname: person.name,
    content: greeting,
    shortpy: person.initials,
    imagestatus: 3,
    scene: 14,
    country: 'CN',
    province: person.province,
    city: person.city,
    sign: person.signature,
    percard: 1,
    sex: person.sex,
    alias: person.alias,
    weibo: '',
    albumflag: 0,
    albumstyle: 0,
    albumbgimgid: '',
    snsflag: 17,
    snsbgimgid: '',
    snsbgobjectid: 0,
    mhash: '',
    mfullhash: '',
    bigheadimgurl: '',
    smallheadimgurl: '',
    ticket,
    opcode: 2,
    googlecontact: '',
    qrticket: '',
    chatroomusername: '',
    sourceusername: '',
    sourcenickname: '',
    sharecardusername: '',
    sharecardnickname: '',
    cardversion: '',
    extflag: 0,
  }
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
  return `<msg${list.join('')}><brandlist count="0" ver="700000001"></brandlist></msg>`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\r\n|\r|\n/g, '&#10;')
}
