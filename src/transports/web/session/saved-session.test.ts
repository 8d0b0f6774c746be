import { expect, test } from 'vitest'
import { Cookies } from '../http/cookies.js'
import { readSavedSession, restoreSession, saveSession } from './saved-session.js'
import { Session } from './session.js'

test('restoring a session clears values that are missing from the saved session', () => {
  const jar = new Cookies()
  const session = new Session('http://127.0.0.1:9')
  session.credentials = { uin: '1', sid: 'sid', skey: 'skey', passTicket: 'ticket' }
  session.userName = '@me'
  session.syncKey = { Count: 1, List: [{ Key: 1, Val: 1 }] }
  const saved: unknown = JSON.parse(JSON.stringify(saveSession(session, jar)))
  session.inviteStartCount = 100
  restoreSession(session, jar, readSavedSession(saved))
  expect(session.inviteStartCount).toBeUndefined()
})
