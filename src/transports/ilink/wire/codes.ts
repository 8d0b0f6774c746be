/** Values of `ret` and `errcode`. @see docs/ilink.md §5.1 */
export const RET = {
  ok: 0,
  /** A send was refused, for one of several reasons that the reply does not distinguish. */
  refused: -2,
  /** The recipient is unknown, or a message has several items. */
  invalidArguments: -3,
  /** There is no conversation yet. */
  noConversation: -4,
  /** The token is unknown, stale or bound elsewhere. */
  sessionOver: -14,
} as const

/** Value of `x-error-code`: the media server does not allow the content of the file. @see docs/ilink.md §6.1 */
export const CDN_FORBIDDEN_CONTENT = -5_102_031

/** Fields of every reply. Success means that both codes are 0 or absent. @see docs/ilink.md §2.3 */
export interface BaseReply {
  ret?: number
  errcode?: number
  errmsg?: string
}

/** Client details in the body of every POST except the request for a QR code. @see docs/ilink.md §2.2 */
export interface BaseInfo {
  channel_version: string
  bot_agent?: string
}
