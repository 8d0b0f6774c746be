import type { ENDPOINTS, EndpointName } from './endpoints.js'

/**
 * What a refusal costs beyond the call it answers.
 *
 * - `call`: nothing
 * - `room`: the contacts that were asked for stay unknown for a while
 * - `minute`: calls of this kind have to wait for some minutes
 * - `question`: the next answer to a poll or sync decides whether the session is over
 * - `session`: it counts towards the end of the session
 */
export type Consequence = 'call' | 'room' | 'minute' | 'question' | 'session'

/** Consequences by return code: 1100 to 1102, 1205, −1, any other. */
interface ConsequenceRow {
  readonly dead: Consequence
  readonly tooFrequent: Consequence
  readonly systemError: Consequence
  readonly other: Consequence
}

const POLL: ConsequenceRow = { dead: 'session', tooFrequent: 'session', systemError: 'session', other: 'session' }
const START: ConsequenceRow = { dead: 'session', tooFrequent: 'call', systemError: 'call', other: 'call' }
const DETAILS: ConsequenceRow = { dead: 'question', tooFrequent: 'minute', systemError: 'minute', other: 'room' }
const SEND: ConsequenceRow = { dead: 'question', tooFrequent: 'minute', systemError: 'call', other: 'call' }
const ACTION: ConsequenceRow = { dead: 'question', tooFrequent: 'minute', systemError: 'call', other: 'call' }

/** Endpoints whose replies carry a return code; `webwxpushloginurl` has its own field for it. */
type AnsweringEndpoint =
  | 'synccheck'
  | Exclude<
      { [Name in EndpointName]: (typeof ENDPOINTS)[Name]['reply'] extends 'json' ? Name : never }[EndpointName],
      'webwxpushloginurl'
    >

/** What a refusal of each endpoint costs. @see docs/protocol.md §12.3 */
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
} satisfies Record<AnsweringEndpoint, ConsequenceRow>
