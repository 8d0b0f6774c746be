import type { BaseReply } from './base.js'

/** @see docs/protocol.md §8 */
export interface SearchContactReply extends BaseReply {
  List: { EncryUserName: string }[]
}
