import type { Note } from '../../message/payload.js'
import { at, parseXml, textAt } from '../../util/xml.js'
import { APP_MSG_TYPE, MSG_TYPE, type WireMessage } from '../wire/message.js'

/** What a notice tells, beside its wording. */
type Told = Note extends infer N ? (N extends { kind: string } ? Omit<N, 'text'> : never) : never

/**
 * What a notice tells. A wording nobody knows, or malformed XML, is a plain `notice`.
 *
 * @param text the wording, as `msg.text` has it
 * @see docs/protocol.md §10.17, §10.18
 */
export function decodeNote(message: WireMessage, text: string): Note {
  return { ...tell(message), text } as Note
}

function tell(message: WireMessage): Told {
  switch (message.MsgType) {
    case MSG_TYPE.sysmsg:
      return tellSysmsg(message.Content)
    case MSG_TYPE.app:
      return tellApp(message)
    default:
      return message.Content.includes('<sysmsg') ? tellSysmsg(message.Content) : tellLine(message.Content)
  }
}

/** The element may be preceded by text. */
function tellSysmsg(content: string): Told {
  const root = parseXml(content.slice(Math.max(0, content.indexOf('<sysmsg'))))
  const recall = root?.attributes.type === 'revokemsg' ? at(root, 'revokemsg') : undefined
  if (!recall) return { kind: 'notice' }
  const recalledMsgId = textAt(recall, 'newmsgid') || textAt(recall, 'msgid')
  return { kind: 'recall', recalledMsgId, oldMsgId: textAt(recall, 'oldmsgid') }
}

function tellApp(message: WireMessage): Told {
  if (message.AppMsgType === APP_MSG_TYPE.liveLocation) return { kind: 'liveLocation' }
  if (message.AppMsgType !== APP_MSG_TYPE.transfer) return { kind: 'notice' }
  const pay = at(parseXml(message.Content), 'appmsg', 'wcpayinfo')
  if (!pay) return { kind: 'notice' }
  const transferId = textAt(pay, 'transferid')
  return { kind: 'transfer', amount: textAt(pay, 'feedesc'), memo: textAt(pay, 'pay_memo'), transferId }
}

/** Longer than any line of the server; a pattern must not be let loose on more. */
const MAX_LINE = 2_000

function tellLine(content: string): Told {
  const line = content.trim()
  if (line.length > MAX_LINE) return { kind: 'notice' }
  for (const { pattern, told } of LINES) {
    const match = pattern.exec(line)
    if (match) return told((index) => match[index] ?? '')
  }
  return { kind: 'notice' }
}

type Group = (index: number) => string

/** Names in quotes, joined by the list mark of Chinese. */
const names = (list: string) => list.split('、').filter((name) => name !== '')

/** Oneself is worded as a pronoun; it is told as `''`. */
const who = (name: string) => (/^(?:你|you)$/i.test(name) ? '' : name)

/** Wordings of both languages, each anchored so that a name cannot stand for another sentence. */
const LINES: readonly { pattern: RegExp; told: (group: Group) => Told }[] = [
  {
    pattern: /^收到红包，请在手机上查看$|^Red packet received/,
    told: () => ({ kind: 'redPacket', direction: 'received' }),
  },
  { pattern: /^发出红包，请在手机上查看$|^Red packet sent/, told: () => ({ kind: 'redPacket', direction: 'sent' }) },
  {
    pattern: /^(?:你|"([^"]*)")修改群名为“(.*)”$/s,
    told: (group) => ({ kind: 'topicChanged', by: group(1), topic: group(2) }),
  },
  {
    pattern: /^(?:You|"([^"]*)") changed the group name to "(.*)"$/s,
    told: (group) => ({ kind: 'topicChanged', by: group(1), topic: group(2) }),
  },
  {
    pattern: /^你邀请"([^"]*)"加入了群聊$/,
    told: (group) => ({ kind: 'memberJoined', inviter: '', members: names(group(1)) }),
  },
  {
    pattern: /^"([^"]*)"邀请你加入了群聊/,
    told: (group) => ({ kind: 'memberJoined', inviter: group(1), members: [''] }),
  },
  {
    pattern: /^"([^"]*)"邀请你和"([^"]*)"加入了群聊$/,
    told: (group) => ({ kind: 'memberJoined', inviter: group(1), members: ['', ...names(group(2))] }),
  },
  {
    pattern: /^"([^"]*)"邀请"([^"]*)"加入了群聊$/,
    told: (group) => ({ kind: 'memberJoined', inviter: group(1), members: names(group(2)) }),
  },
  {
    pattern: /^" ?([^"]*)"通过扫描(?:你|"([^"]*)")分享的二维码加入群聊$/,
    told: (group) => ({ kind: 'memberJoined', inviter: group(2), members: [group(1)] }),
  },
  {
    pattern: /^"([^"]*)" joined (?:the )?group chat via the QR code (?:you shared|shared by "([^"]*)")$/i,
    told: (group) => ({ kind: 'memberJoined', inviter: group(2), members: [group(1)] }),
  },
  {
    pattern: /^(.{1,200}) invited you to a group chat with/,
    told: (group) => ({ kind: 'memberJoined', inviter: group(1), members: [''] }),
  },
  {
    pattern: /^(.{1,200}?) invited (.{1,500}) to the group chat$/,
    told: (group) => ({
      kind: 'memberJoined',
      inviter: who(group(1)),
      members: group(2)
        .split(/, | and /)
        .map(who),
    }),
  },
  { pattern: /^你将"([^"]*)"移出了群聊$/, told: (group) => ({ kind: 'memberRemoved', by: '', member: group(1) }) },
  { pattern: /^你被"([^"]*)"移出群聊$/, told: (group) => ({ kind: 'memberRemoved', by: group(1), member: '' }) },
  {
    pattern: /^You removed "([^"]*)" from the group chat$/,
    told: (group) => ({ kind: 'memberRemoved', by: '', member: group(1) }),
  },
  {
    pattern: /^You were removed from the group chat by "([^"]*)"$/,
    told: (group) => ({ kind: 'memberRemoved', by: group(1), member: '' }),
  },
  {
    pattern: /^你已添加了(.{1,200})，现在可以开始聊天了。$/,
    told: (group) => ({ kind: 'friendAdded', nickName: group(1).trim() }),
  },
  {
    pattern: /^(.{1,200})刚刚把你添加到通讯录，现在可以开始聊天了。$/,
    told: (group) => ({ kind: 'friendAdded', nickName: group(1) }),
  },
  {
    pattern: /^You have added (.{1,200}) as your WeChat contact/,
    told: (group) => ({ kind: 'friendAdded', nickName: group(1) }),
  },
  {
    pattern: /^(.{1,200}) just added you to his\/her contacts list/,
    told: (group) => ({ kind: 'friendAdded', nickName: group(1) }),
  },
  {
    pattern: /^(?:我通过了你的朋友验证请求|I've accepted your friend request)/,
    told: () => ({ kind: 'friendAdded', nickName: '' }),
  },
  {
    pattern: /^(.{1,200})开启了朋友验证，你还不是他（她）朋友/,
    told: (group) => ({ kind: 'notFriend', nickName: group(1) }),
  },
  {
    pattern: /^(.{1,200}) has enabled Friend Confirmation/,
    told: (group) => ({ kind: 'notFriend', nickName: group(1) }),
  },
]
