import { expect, test } from 'vitest'
import { LoggedOutError, NetworkError, ProtocolError, ServerError } from '../../../errors.js'
import type { DetailsFailure } from '../../../transport/contacts.js'
import { TimeoutReason } from '../../../util/timeout.js'
import { readDetailsFailure } from './details-failure.js'

const endpoint = 'webwxbatchgetcontact'
const refused = (ret: number) => new ServerError('', { ret, endpoint, advice: '' })
const lost = (cause?: unknown) => new NetworkError('', { endpoint, outcome: 'unknown', cause })

test.each<[string, unknown, DetailsFailure]>([
  ['Ret 1205', refused(1205), { pause: 'refused', isAboutNames: false }],
  ['Ret -1', refused(-1), { pause: 'refused', isAboutNames: false }],
  ['Ret 1101', refused(1101), { pause: 'refused', isAboutNames: false }],
  ['the end of the session', new LoggedOutError('', { reason: 'phone' }), { pause: 'refused', isAboutNames: false }],
  ['Ret 1', refused(1), { pause: 'refused', isAboutNames: true }],
  ['Ret -14', refused(-14), { pause: 'refused', isAboutNames: true }],
  ['an unknown code', refused(4321), { pause: 'refused', isAboutNames: true }],
  ['a garbled reply', new ProtocolError('', { endpoint }), { pause: 'failed', isAboutNames: true }],
  ['a timeout', lost(new TimeoutReason(1)), { pause: 'failed', isAboutNames: true }],
  ['a lost connection', lost(), { pause: 'failed', isAboutNames: false }],
  ['an internal error', new TypeError('x'), { pause: 'failed', isAboutNames: false }],
])('classifies %s', (_, error, expected) => {
  expect(readDetailsFailure(error)).toEqual(expected)
})
