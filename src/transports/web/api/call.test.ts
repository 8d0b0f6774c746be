import { describe, expect, test } from 'vitest'
import { ENDPOINTS, type EndpointName } from '../wire/endpoints.js'
import { consequenceOf } from './call.js'

/** Return codes: session ended (three codes), too frequent, system error, bad parameter, unknown. */
const CODES = [1100, 1101, 1102, 1205, -1, 1, 9999]

describe('the consequence of a refusal', () => {
  test.each<[EndpointName, string]>([
    ['synccheck', 'session session session session session session session'],
    ['webwxsync', 'session session session session session session session'],
    ['webwxinit', 'session session session call call call call'],
    ['webwxbatchgetcontact', 'check check check minute minute group group'],
    ['webwxsendmsg', 'check check check minute call call call'],
    ['webwxsendmsgimg', 'check check check minute call call call'],
    ['webwxsendvideomsg', 'check check check minute call call call'],
    ['webwxsendemoticon', 'check check check minute call call call'],
    ['webwxsendappmsg', 'check check check minute call call call'],
    ['webwxuploadmedia', 'check check check minute call call call'],
    ['webwxcheckupload', 'check check check minute call call call'],
    ['webwxgetcontact', 'check check check minute call call call'],
    ['webwxstatusnotify', 'check check check minute call call call'],
    ['webwxcreatechatroom', 'check check check minute call call call'],
    ['webwxpushloginurl', 'call call call call call call call'],
    ['webwxgetmsgimg', 'call call call call call call call'],
  ])('by %s matches the table', (endpoint, consequences) => {
    expect(CODES.map((code) => consequenceOf(endpoint, code)).join(' ')).toBe(consequences)
  })

  test('can be the end of the session only for polls, syncs and webwxinit', () => {
    const names = Object.keys(ENDPOINTS) as EndpointName[]
    const ending = names.filter((name) => CODES.some((code) => consequenceOf(name, code) === 'session'))
    expect(ending.sort()).toEqual(['synccheck', 'webwxinit', 'webwxsync'])
  })
})
