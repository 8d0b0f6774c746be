import * as v from 'valibot'
import { OtherServerError, StateError } from '../../../errors.js'
import { invalidArgument } from '../../../util/invalid-argument.js'
import { isTrustedUrl } from '../hosts.js'
import type { IlinkSession } from './session.js'

const NonEmptyString = v.pipe(v.string(), v.nonEmpty())

const SavedSessionSchema = v.object({
  loginOrigin: NonEmptyString,
  apiBase: v.pipe(NonEmptyString, v.check(URL.canParse)),
  token: NonEmptyString,
  botId: NonEmptyString,
  userId: NonEmptyString,
  cursor: v.string(),
  /** Absent when the account has accepted all messages. */
  unaccepted: v.fallback(
    v.optional(v.object({ messages: v.array(v.record(v.string(), v.unknown())), cursor: v.string() })),
    undefined,
  ),
  contextToken: v.string(),
  window: v.unknown(),
  texts: v.unknown(),
})

type SavedSession = v.InferOutput<typeof SavedSessionSchema>

/** @throws StateError when there is no login to save */
export function saveSession(session: IlinkSession): SavedSession {
  const { credentials, hosts } = session
  if (!credentials || !session.hasStarted) throw new StateError('There is no login to save. Log in first.')
  const { cursor, unaccepted, contextToken, window, texts } = session
  return {
    loginOrigin: hosts.login,
    ...credentials,
    cursor,
    ...(unaccepted ? { unaccepted: { ...unaccepted, messages: [...unaccepted.messages] } } : {}),
    contextToken,
    window: window.save(),
    texts: texts.save(),
  }
}

/** @throws ArgumentError for a missing or invalid value; the message does not quote it */
export function readSavedSession(saved: unknown): SavedSession {
  const read = v.safeParse(SavedSessionSchema, saved)
  if (read.success) return read.output
  throw invalidArgument(String(read.issues[0].path?.[0]?.key ?? 'session'), {
    expected: 'a complete saved login',
    found: 'a missing or damaged value',
  })
}

/**
 * Restores a saved session. Messages that this process has received with the same token in the meantime are kept.
 *
 * @param journalCursor the cursor of the journal, if it is later than the saved one: the journal then contains the
 * unaccepted messages
 * @throws ArgumentError when it belongs to another server, or its address is not trusted
 */
export function restoreSession(session: IlinkSession, saved: SavedSession, journalCursor?: string): void {
  const { loginOrigin, apiBase, token, botId, userId, cursor, contextToken, window, texts } = saved
  if (loginOrigin !== session.hosts.login) {
    throw new OtherServerError({ server: loginOrigin, configured: session.hosts.login })
  }
  if (!isTrustedUrl(session.hosts, apiBase)) {
    throw invalidArgument('apiBase', {
      expected: `an address that the server ${loginOrigin} may name`,
      found: new URL(apiBase).origin,
    })
  }
  const received = session.credentials?.token === token ? session.unaccepted : undefined
  session.reset()
  session.start({ token, botId, userId, apiBase })
  session.cursor = journalCursor ?? cursor
  session.unaccepted = received ?? (journalCursor === undefined ? saved.unaccepted : undefined)
  session.contextToken = contextToken
  session.window.restore(window)
  session.texts.restore(texts)
}
