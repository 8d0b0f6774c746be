import { expect, it } from 'vitest'
import { messageRows } from '../../src/phone/chat/rows.js'
import { startCommand } from '../../src/phone/frame/half.js'
import { QUIET, qrPath } from '../../src/phone/login/qr-path.js'
import { requestString } from '../../src/phone/login/request-strings.js'
import { linkedUuid, stageOf, stepOf } from '../../src/phone/login/stage.js'
import { message } from './view-samples.js'

const request = (id: number, endpoint: string, result: string) => ({ id, endpoint, at: 0, status: 200, result })

it('shows a login that the server refused until the next QR code is requested', () => {
  const refused = [request(1, 'jslogin', '200'), request(2, 'webwxnewloginpage', '1203')]
  expect(stageOf({ state: 'confirmed' }, refused)).toBe('refused')
  expect(stageOf({ state: 'cancelled' }, refused)).toBe('refused')
  expect(stageOf({ state: 'confirmed' }, [...refused, request(3, 'jslogin', '200')])).toBe('confirmed')
  expect(stageOf({ state: 'online' }, refused)).toBe('online')
})

it('numbers the login steps from 1 to 5, and returns 0 when no login is in progress', () => {
  expect(stepOf('waitingForScan')).toBe(1)
  expect(stepOf('online')).toBe(5)
  expect(stepOf('expired')).toBe(0)
})

it('reads the uuid from a link to the phone', () => {
  expect(linkedUuid('/l/Qx7%3D%3D')).toBe('Qx7==')
  expect(linkedUuid('/')).toBeUndefined()
  expect(linkedUuid('/l/%')).toBe('%')
})

it('describes what a login poll is waiting for, and its result', () => {
  const open = { id: 1, endpoint: 'login', at: 0 }
  expect(requestString(open, false)).toBe('reqWaitScan')
  expect(requestString(open, true)).toBe('reqWaitConfirm')
  expect(requestString(request(1, 'login', '201'), true)).toBe('reqScanned')
  expect(requestString(request(1, 'webwxsomething', '0'), true)).toBeUndefined()
})

it('draws the dark modules of a QR code inside its quiet zone', () => {
  expect(QUIET).toBe(4)
  expect(qrPath(['101', '011'])).toBe('M4 4h1v1h-1zM6 4h1v1h-1zM5 5h2v1h-2z')
})

it('joins messages sent by one speaker within two minutes', () => {
  const at = (seconds: number) => ({ at: 1e12 + seconds * 1000 })
  const rows = messageRows(
    [
      message('1', at(0)),
      message('2', at(60)),
      message('3', at(181)),
      message('4', { ...at(190), origin: 'phone', speaker: 'me' }),
      message('5', { ...at(200), origin: 'bot', speaker: 'me' }),
      message('6', { ...at(210), origin: 'bot', speaker: 'me' }),
    ],
    '6',
  )
  expect(rows.map((row) => row.joined)).toEqual([false, true, false, false, false, false])
  expect(rows.map((row) => row.separated)).toEqual([true, false, false, false, false, false])
  expect(rows.at(-1)?.newLine).toBe(true)
})

it('starts a program with the syntax of the shell of the system', () => {
  const url = 'http://127.0.0.1:8078'
  const linux = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' }
  const windows = { userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)' }
  expect(startCommand('web', url, linux)).toBe(`ITCHAT_BASE_URL=${url} npx tsx bot.ts`)
  expect(startCommand('clawbot', url, linux)).toBe(`ITCHAT_TRANSPORT=ilink ITCHAT_BASE_URL=${url} npx tsx bot.ts`)
  expect(startCommand('clawbot', url, windows)).toBe(
    `$env:ITCHAT_TRANSPORT = 'ilink'; $env:ITCHAT_BASE_URL = '${url}'; npx tsx bot.ts`,
  )
})
