/** The value of `bot_type` that every client sends. */
export const BOT_TYPE = '3'

/** Status of a QR code. @see docs/ilink.md §3 */
export const LOGIN_STATUS = {
  waiting: 'wait',
  scanned: 'scaned',
  verifyCodeNeeded: 'need_verifycode',
  verifyCodeBlocked: 'verify_code_blocked',
  redirected: 'scaned_but_redirect',
  expired: 'expired',
  /** This installation already has a valid token for the user who scanned the code. */
  alreadyBound: 'binded_redirect',
  confirmed: 'confirmed',
} as const
