import type { Session } from '../session/session.js'

/** One line, because some readers do not look across lines. @see docs/protocol.md §3.4 */
export function ticketPage(session: Session): string {
  return (
    `<error><ret>0</ret><message></message><skey>${session.skey}</skey><wxsid>${session.sid}</wxsid>` +
    `<wxuin>${session.uin}</wxuin><pass_ticket>${session.passTicket}</pass_ticket><isgrayscale>1</isgrayscale></error>`
  )
}

/** A login that was refused. @see docs/protocol.md §3.4 */
export function refusalPage(ret: number, message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<error><ret>${ret}</ret><message>${text}</message></error>`
}
