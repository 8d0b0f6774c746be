/** Values of `BaseResponse.Ret` and of `<ret>` on the ticket page. @see docs/protocol.md §13.1 */
export const RET = {
  ok: 0,
  systemError: -1,
  logicError: -2,
  ticketError: -14,
  badParameter: 1,
  loggedOutOnPhone: 1100,
  loggedInElsewhere: 1101,
  badCookie: 1102,
  unparsable: 1200,
  loginRefused: 1203,
  notFriend: 1204,
  tooFrequent: 1205,
} as const

/** `Ret` values for a session that has ended. @see docs/protocol.md §5.1 */
export const DEAD_SESSION_RETS: readonly number[] = [RET.loggedOutOnPhone, RET.loggedInElsewhere, RET.badCookie]
