import type { WireContact } from './contact.js'
import type { WireMessage, WireRecommendInfo } from './message.js'

/**
 * Text fields written by users. The server encodes each of these fields once, wherever it appears; all other fields are
 * sent verbatim. XML inside `Content` has an encoding of its own in addition to that of `Content`; `OriContent` is XML
 * without further encoding.
 *
 * @see docs/protocol.md §10.1
 */
export const TEXT_FIELDS = {
  /** Friends, official accounts, groups, their members, and this account. */
  contact: ['NickName', 'RemarkName', 'DisplayName', 'Signature', 'Province', 'City', 'Alias'],
  /** The user on a card or in a friend request; `Content` is the greeting. */
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
