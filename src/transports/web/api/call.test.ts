import { describe, expect, test } from 'vitest'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { consequenceOf } from './call.js'

/** Return codes: over, over, over, too often, system error, bad parameter, unknown. */
const CODES = [1100, 1101, 1102, 1205, -1, 1, 9999]

describe('what a refusal costs', () => {
  test.each<[EndpointName, string]>([
    ['synccheck', 'session session session session session session session'],
    ['webwxsync', 'session session session session session session session'],
    ['webwxinit', 'session session session call call call call'],
    ['webwxbatchgetcontact', 'question question question minute minute room room'],
    ['webwxsendmsg', 'question question question minute call call call'],
    ['webwxsendmsgimg', 'question question question minute call call call'],
    ['webwxsendvideomsg', 'question question question minute call call call'],
    ['webwxsendemoticon', 'question question question minute call call call'],
    ['webwxsendappmsg', 'question question question minute call call call'],
    ['webwxuploadmedia', 'question question question minute call call call'],
    ['webwxcheckupload', 'question question question minute call call call'],
    ['webwxgetcontact', 'question question question minute call call call'],
    ['webwxstatusnotify', 'question question question minute call call call'],
    ['webwxcreatechatroom', 'question question question minute call call call'],
    ['webwxpushloginurl', 'call call call call call call call'],
    ['webwxgetmsgimg', 'call call call call call call call'],
  ])('%s', (endpoint, consequences) => {
    expect(CODES.map((code) => consequenceOf(endpoint, code)).join(' ')).toBe(consequences)
  })

  test('only polls, syncs and a start can end the session by themselves', () => {
    const names = Object.keys(ENDPOINTS) as EndpointName[]
    const ending = names.filter((name) => CODES.some((code) => consequenceOf(name, code) === 'session'))
    expect(ending.sort()).toEqual(['synccheck', 'webwxinit', 'webwxsync'])
  })
})
