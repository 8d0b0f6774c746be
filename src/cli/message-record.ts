import { Chatroom, MassivePlatform, type Message, type NoteKind, type SharingKind, type User } from '../index.js'
import { type ContactRecord, shownName } from './contact-record.js'
import type { strings } from './strings.js'

/** The kinds of messages in the output of `itchat listen`. */
export type ListenKind = keyof ReturnType<typeof strings>['kinds'] | 'recall'

/** A message as printed by `itchat listen --json`. Fields that do not apply to its kind are absent. */
export interface MessageRecord {
  id: string
  /** ISO 8601, in UTC. */
  at: string
  chat: Pick<ContactRecord, 'id' | 'kind' | 'name' | 'remark'>
  /** Absent for notices. */
  sender?: { name: string; isSelf: boolean }
  kind: ListenKind
  /** The text, title, place, name or greeting; `''` for media without a name. */
  text: string
  mentionsMe: boolean
  mentionsAll: boolean
  /** Whether the message was received in an earlier session. */
  isStale: boolean
  file?: { name: string; sizeBytes?: number }
  /** Voice messages and videos. */
  durationMs?: number
  location?: { latitude?: number; longitude?: number; name: string; address: string }
  link?: { title: string; description: string; url: string }
  quoted?: { id: string; sender: string; text: string }
  /** Friend requests: accept it in a bot with `msg.user.verify()`. */
  request?: { name: string; greeting: string }
  /** Transfers: as displayed, such as `￥8.80`. */
  amount?: string
  recalledId?: string
}

const SHARING_KINDS: Readonly<Record<SharingKind, ListenKind>> = {
  link: 'link',
  video: 'link',
  music: 'music',
  chatHistory: 'chatHistory',
  miniProgram: 'miniProgram',
  channelVideo: 'channelVideo',
  quote: 'quote',
  redPacket: 'redPacket',
  other: 'unknown',
}

const NOTE_KINDS: Readonly<Partial<Record<NoteKind, ListenKind>>> = {
  recall: 'recall',
  transfer: 'transfer',
  redPacket: 'redPacket',
  liveLocation: 'location',
}

/** Stickers have the type `Picture`, and their files are animations on every transport. */
const STICKER = /\.gif$/i

/** @param self this account */
export function messageRecord(message: Message, self: User): MessageRecord {
  const sender = senderOf(message, self)
  const { MsgId: id, CreateTime, IsAt: mentionsMe = false, IsAtAll: mentionsAll = false, stale: isStale } = message
  return {
    id,
    at: new Date(CreateTime * 1000).toISOString(),
    chat: chatOf(message, self),
    ...(sender ? { sender } : {}),
    ...contentOf(message),
    mentionsMe,
    mentionsAll,
    isStale,
  }
}

function chatOf({ user }: Message, self: User): MessageRecord['chat'] {
  const { puid: id, NickName: name, RemarkName: remark } = user
  if (user instanceof Chatroom) return { id, kind: 'group', name, remark }
  if (user instanceof MassivePlatform) return { id, kind: 'official', name, remark }
  return { id, kind: user.UserName === self.UserName ? 'self' : 'friend', name, remark }
}

function senderOf(message: Message, self: User): MessageRecord['sender'] {
  const { user, isSelf, type } = message
  if (isSelf) return { name: self.NickName, isSelf }
  const hasSender = type !== 'Note' || message.note.kind === 'notice'
  if (user instanceof Chatroom) {
    const { ActualNickName: name = '' } = message
    return name === '' ? undefined : { name, isSelf }
  }
  return hasSender
    ? { name: shownName({ kind: 'friend', name: user.NickName, remark: user.RemarkName }), isSelf }
    : undefined
}

type ContentFields = Pick<MessageRecord, 'kind' | 'text'> & Partial<MessageRecord>

function contentOf(message: Message): ContentFields {
  switch (message.type) {
    case 'Text':
      return { kind: 'text', text: message.text }
    case 'Picture':
      return { kind: STICKER.test(message.fileName) ? 'sticker' : 'image', text: '', ...fileOf(message) }
    case 'Recording':
      return { kind: 'voice', text: message.transcript ?? '', durationMs: message.VoiceLength, ...fileOf(message) }
    case 'Video':
      return { kind: 'video', text: '', durationMs: message.PlayLength * 1000, ...fileOf(message) }
    case 'Attachment':
      return { kind: 'file', text: message.originalFileName, ...fileOf(message, message.originalFileName) }
    case 'Map': {
      const { latitude, longitude, label: address, poiName: name } = message.location
      const coordinates = latitude === undefined || longitude === undefined ? {} : { latitude, longitude }
      return { kind: 'location', text: message.text, location: { ...coordinates, name, address } }
    }
    case 'Card':
      return { kind: 'card', text: message.card.nickName }
    case 'Sharing':
      return sharingOf(message.sharing)
    case 'Note':
      return noteOf(message)
    case 'Friends': {
      const { nickName: name, content: greeting } = message.request
      return { kind: 'friendRequest', text: greeting, request: { name, greeting } }
    }
    default:
      return { kind: 'unknown', text: '' }
  }
}

function sharingOf(sharing: Extract<Message, { type: 'Sharing' }>['sharing']): ContentFields {
  const { kind, title, description, url } = sharing
  // Old clients receive a request to upgrade as the title of a channel video.
  const text = sharing.kind === 'channelVideo' ? sharing.feedDescription || sharing.nickName : title || description
  const fields = { kind: SHARING_KINDS[kind], text, link: { title, description, url } }
  if (sharing.kind !== 'quote') return fields
  const { msgId: id, displayName: sender, content } = sharing.quoted
  return { kind: 'quote', text, quoted: { id, sender, text: content } }
}

function noteOf({ note, sharing }: Extract<Message, { type: 'Note' }>): ContentFields {
  if (sharing) return sharingOf(sharing)
  const { text } = note
  const kind = NOTE_KINDS[note.kind] ?? 'note'
  if (note.kind === 'recall') return { kind, text, recalledId: note.recalledMsgId }
  if (note.kind === 'transfer') return { kind, text: note.memo, amount: note.amount }
  return { kind, text }
}

function fileOf({ fileName, FileSize }: Message, name = fileName): Pick<MessageRecord, 'file'> {
  const sizeBytes = FileSize === '' ? undefined : Number(FileSize)
  return { file: { name, ...(sizeBytes === undefined || Number.isNaN(sizeBytes) ? {} : { sizeBytes }) } }
}
