import type { ENDPOINTS, EndpointName } from './endpoints.js'

/**
 * The effect of a refusal beyond the refused call.
 *
 * - `call`: no further effect
 * - `group`: the requested contacts stay unknown for a while
 * - `minute`: calls of this kind are paused for a few minutes
 * - `check`: the next answer to a poll or sync decides whether the session has ended
 * - `session`: the refusal counts as evidence that the session has ended
 */
export type Consequence = 'call' | 'group' | 'minute' | 'check' | 'session'

/** Consequences by return code: 1100 to 1102, 1205, −1 and any other code. */
interface ConsequenceRow {
  readonly dead: Consequence
  readonly tooFrequent: Consequence
  readonly systemError: Consequence
  readonly other: Consequence
}

const POLL: ConsequenceRow = { dead: 'session', tooFrequent: 'session', systemError: 'session', other: 'session' }
const START: ConsequenceRow = { dead: 'session', tooFrequent: 'call', systemError: 'call', other: 'call' }
const DETAILS: ConsequenceRow = { dead: 'check', tooFrequent: 'minute', systemError: 'minute', other: 'group' }
const SEND: ConsequenceRow = { dead: 'check', tooFrequent: 'minute', systemError: 'call', other: 'call' }
const ACTION: ConsequenceRow = { dead: 'check', tooFrequent: 'minute', systemError: 'call', other: 'call' }

/** Endpoints whose replies contain a return code; not `webwxpushloginurl`, whose code is in another field. */
type EndpointWithRet =
  | 'synccheck'
  | Exclude<
      { [Name in EndpointName]: (typeof ENDPOINTS)[Name]['reply'] extends 'json' ? Name : never }[EndpointName],
      'webwxpushloginurl'
    >

/** The consequences of a refusal, by endpoint. @see docs/protocol.md §12.3 */
export const CONSEQUENCES: Readonly<Partial<Record<EndpointName, ConsequenceRow>>> = {
  synccheck: POLL,
  webwxsync: POLL,
  webwxinit: START,
  webwxbatchgetcontact: DETAILS,
  webwxsendmsg: SEND,
  webwxsendmsgimg: SEND,
  webwxsendvideomsg: SEND,
  webwxsendemoticon: SEND,
  webwxsendappmsg: SEND,
  webwxuploadmedia: ACTION,
  webwxcheckupload: ACTION,
  webwxrevokemsg: ACTION,
  webwxgetcontact: ACTION,
  webwxverifyuser: ACTION,
  webwxoplog: ACTION,
  webwxcreatechatroom: ACTION,
  webwxupdatechatroom: ACTION,
  webwxstatusnotify: ACTION,
  webwxsearchcontact: ACTION,
  webwxstatreport: ACTION,
  webwxsendfeedback: ACTION,
} satisfies Record<EndpointWithRet, ConsequenceRow>
