import type { Session } from '../session/session.js'

/** Encodes the ticket page as one line, because some clients match only single lines. @see docs/protocol.md §3.4 */
export function ticketPage(session: Session): string {
  return (
    `<error><ret>0</ret><message></message><skey>${session.skey}</skey><wxsid>${session.sid}</wxsid>` +
    `<wxuin>${session.uin}</wxuin><pass_ticket>${session.passTicket}</pass_ticket><isgrayscale>1</isgrayscale></error>`
  )
}

/** Encodes the page returned for a refused login. @see docs/protocol.md §3.4 */
export function refusalPage(ret: number, message: string): string {
  const text = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<error><ret>${ret}</ret><message>${text}</message></error>`
}
