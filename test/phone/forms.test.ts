import { describe, expect, it } from 'vitest'
import { kindOf, MAX_BYTES, problemOf } from '../../src/phone/compose/file-rules.js'
import { FORMS, type FormPlace, requestOf, sampleValues } from '../../src/phone/compose/forms.js'
import { MENU_KINDS, type MenuKind } from '../../src/phone/compose/menu-kinds.js'
import { type StringKey, stringsOf } from '../../src/phone/i18n/strings.js'
import { message, person } from './view-samples.js'

const strings = stringsOf('zh')
const translate = (key: StringKey) => strings[key] as string
const place: FormPlace = {
  speaker: 'a',
  people: [person('a', '林小满'), person('b', '棠棠', { alias: 'tangtang', kind: 'official' })],
  strangers: [person('s', '许知远', { isContact: false })],
  quoted: message('7'),
}

/** Builds the request for the sample form of a kind, with some values replaced. */
function sample(kind: Exclude<MenuKind, 'friendRequest'>, more: Record<string, string> = {}) {
  return requestOf(kind, { ...sampleValues(kind, place, translate), ...more }, place)
}

it('lists fifteen kinds in the menu, each with a form', () => {
  expect(MENU_KINDS).toHaveLength(15)
  expect(Object.keys(FORMS).sort()).toEqual([...MENU_KINDS].sort())
})

it.each(MENU_KINDS)('fills the %s form with a valid sample', (kind) => {
  const values = sampleValues(kind, place, translate)
  for (const { name, optional, input } of FORMS[kind].fields) {
    if (!optional && input !== 'check') expect(values[name], name).not.toBe('')
  }
  if (kind !== 'friendRequest') expect(requestOf(kind, values, place)).toMatchObject({ kind, speaker: 'a' })
})

describe('requestOf', () => {
  it.each([
    [sample('transfer', { amount: '0.29' }), { amountFen: 29 }],
    [sample('card'), { id: 'b', name: '棠棠', alias: 'tangtang', isOfficial: true }],
    [sample('quote'), { quotedId: '7' }],
    [sample('redPacket', { form: 'app' }), { form: 'app' }],
    [sample('sticker', { fromStore: 'true' }), { fromStore: true }],
    [sample('voice', { seconds: '6.5' }), { durationMs: 6500 }],
    [sample('location'), { latitude: 39.990912, longitude: 116.188622 }],
    [sample('unknown', { msgType: '51' }), { msgType: 51, appMsgType: 0 }],
  ])('converts form values to request fields (case %#)', (request, expected) => {
    expect(request).toMatchObject(expected)
  })

  it('omits empty optional values', () => {
    expect(sample('voice')).toEqual({ kind: 'voice', speaker: 'a' })
    expect(requestOf('quote', { text: 'x', quotedId: '' }, place)).not.toHaveProperty('quotedId')
    expect(requestOf('card', {}, place)).toEqual({ kind: 'card', speaker: 'a' })
  })
})

it('maps the MIME type of a file to a message kind', () => {
  expect(['image/png', 'image/svg+xml', 'video/mp4', 'video/webm', 'audio/mpeg', ''].map(kindOf)).toEqual([
    'image',
    'file',
    'video',
    'file',
    'file',
    'file',
  ])
})

it('rejects empty and oversized files', () => {
  expect(problemOf(new Blob([]))).toBe('isEmpty')
  expect(problemOf(new Blob(['x']))).toBeUndefined()
  expect(problemOf({ size: MAX_BYTES + 1 } as Blob)).toBe('tooLarge')
  // Leaves room for base64 encoding and the rest of the request.
  expect((MAX_BYTES / 3) * 4).toBeLessThan(48 * 1024 * 1024 - 4096)
})
