/** @see docs/protocol.md §3.1 */
export function jsLoginScript(uuid: string): string {
  return `window.QRLogin.code = 200; window.QRLogin.uuid = "${uuid}";`
}

/**
 * The script for code 200 contains the `redirect_uri`, and the script for code 201 contains a JPEG as base64.
 * @see docs/protocol.md §3.3
 */
export function loginScript(code: number, extra?: { redirectUri?: string; avatar?: string }): string {
  if (extra?.redirectUri !== undefined) return `window.code=${code};\nwindow.redirect_uri="${extra.redirectUri}";`
  if (extra?.avatar !== undefined) {
    return `window.code=${code};window.userAvatar = 'data:img/jpg;base64,${extra.avatar}';`
  }
  return `window.code=${code};`
}

/** @see docs/protocol.md §5.1 */
export function syncCheckScript(retcode: number, selector: number): string {
  return `window.synccheck={retcode:"${retcode}",selector:"${selector}"}`
}
