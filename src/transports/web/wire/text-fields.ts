import type { WireContact } from './contact.js'
import type { WireMessage, WireRecommendInfo } from './message.js'

/**
 * The fields that people fill in. The server encodes each once, wherever it appears; every other field is sent as it is. XML
 * inside `Content` has its own encoding below that of `Content`; `OriContent` is XML that is not encoded again.
 *
 * @see docs/protocol.md §10.1
 */
export const TEXT_FIELDS = {
  /** Friends, official accounts, groups, their members, and the own account. */
  contact: ['NickName', 'RemarkName', 'DisplayName', 'Signature', 'Province', 'City', 'Alias'],
  /** The person of a card or a friend request; `Content` is the greeting. */
  recommendInfo: ['NickName', 'Content', 'Signature', 'Province', 'City', 'Alias'],
  message: ['Content', 'FileName', 'Url'],
  /** `webwxcreatechatroom`. */
  newChatroom: ['Topic'],
} as const satisfies {
  contact: readonly (keyof WireContact)[]
  recommendInfo: readonly (keyof WireRecommendInfo)[]
  message: readonly (keyof WireMessage)[]
  newChatroom: readonly string[]
}
