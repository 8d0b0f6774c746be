import { expect, test } from 'vitest'
import {
  choicesOf,
  endpointsOf,
  faultName,
  GROUPS,
  hitName,
  isApplicable,
  isValidScope,
  parameterValue,
  requestOf,
  type Scope,
} from '../../src/phone/faults/choices.js'
import { testCode } from '../../src/phone/faults/test-code.js'
import { HALVES } from '../../src/phone/frame/half.js'
import { stringsOf } from '../../src/phone/i18n/strings.js'
import { reduce } from '../../src/phone/store/reduce.js'
import { FAULT_KINDS, type FaultView } from '../../src/sandbox/control/view.js'
import { checkFault } from '../../src/sandbox/faults/check-fault.js'
import { ArmedFault } from '../../src/sandbox/faults/fault.js'
import type { FaultSpec } from '../../src/sandbox/index.js'
import { loaded } from './view-samples.js'

const SCOPE: Scope = { path: '', times: 'once', count: 3, percent: 10, seed: 42 }

const viewOf = (spec: FaultSpec): FaultView => new ArmedFault('1', checkFault(spec), () => {}).view()

test('offers every fault kind, and builds requests that the sandbox accepts for every frequency', () => {
  const choices = HALVES.flatMap((half) => GROUPS.flatMap((group) => choicesOf(group, half)))
  expect(new Set(choices.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS))
  for (const { kind, value } of choices) {
    for (const times of ['once', 'next', 'chance', 'always'] as const) {
      const request = requestOf(kind, value, { ...SCOPE, times })
      const { count, probability, seed } = checkFault(request)
      const always = Number.POSITIVE_INFINITY
      expect([times, count, probability, seed]).toEqual(
        {
          once: [times, 1, 1, 1],
          next: [times, 3, 1, 1],
          chance: [times, always, 0.1, 42],
          always: [times, always, 1, 1],
        }[times],
      )
    }
  }
})

test('offers in each half of the page only what applies to its requests', () => {
  const offered = (half: (typeof HALVES)[number]) => GROUPS.flatMap((group) => choicesOf(group, half))
  expect(offered('web').filter(({ kind }) => kind === 'syncKeyReset' || kind === 'noContextToken')).toHaveLength(1)
  expect(offered('clawbot').map(({ kind }) => kind)).not.toContain('syncKeyReset')
  expect(offered('clawbot').flatMap(({ kind, value = 0 }) => (kind === 'ret' ? value : []))).toEqual([-14, -2, -3])
  expect(endpointsOf('expireQr', 'web')).toEqual(['login'])
  expect(endpointsOf('expireQr', 'clawbot')).toEqual(['get_qrcode_status'])
})

test('disables fault kinds that do not apply to the endpoint', () => {
  expect(isApplicable('drop', { ...SCOPE, path: 'webwxsync' })).toBe(true)
  expect(isApplicable('expireQr', { ...SCOPE, path: 'webwxsync' })).toBe(false)
  expect(isApplicable('expireQr', SCOPE)).toBe(true)
})

test('rejects a scope with invalid numbers', () => {
  expect(isValidScope({ ...SCOPE, count: Number.NaN })).toBe(true)
  expect(isValidScope({ ...SCOPE, times: 'next', count: Number.NaN })).toBe(false)
  expect(isValidScope({ ...SCOPE, times: 'next', count: 0 })).toBe(false)
  expect(isValidScope({ ...SCOPE, times: 'chance', percent: 101 })).toBe(false)
  expect(isValidScope({ ...SCOPE, times: 'chance', seed: Number.NaN })).toBe(false)
  expect(isValidScope({ ...SCOPE, times: 'chance' })).toBe(true)
})

test('includes the parameter and its unit in the name of a fault', () => {
  const strings = stringsOf('en')
  expect(faultName(strings, 'ret', 1101)).toBe('Logged in elsewhere 1101')
  expect(faultName(strings, 'ret', -1)).toBe('Return code -1')
  expect(faultName(strings, 'delay', 3000)).toBe('Delay 3000 ms')
  expect(faultName(strings, 'drop')).toBe('Drop before reply')
  expect(parameterValue(viewOf({ kind: 'status', status: 502 }))).toBe(502)
  expect(parameterValue(viewOf({ kind: 'drop' }))).toBeUndefined()
})

test('names a fault that has hit a request by the code of the reply', () => {
  const strings = stringsOf('en')
  const request = { id: 1, endpoint: 'webwxsendmsg', at: 0, status: 200 }
  expect(hitName(strings, 'ret', { ...request, result: '1205' })).toBe('Rate limited 1205')
  expect(hitName(strings, 'ret', { ...request, endpoint: 'synccheck', result: '1101/0' })).toBe(
    'Logged in elsewhere 1101',
  )
  expect(hitName(strings, 'ret', request)).toBe('Return code')
  expect(hitName(strings, 'status', { ...request, status: 503 })).toBe('Server error 503')
  expect(hitName(strings, 'delay', request)).toBe('Delay')
})

const SPECS: FaultSpec[] = [
  { kind: 'status', status: 502, count: 3 },
  { kind: 'drop', path: 'webwxsync', probability: 0.1, seed: 42 },
  { kind: 'drop', path: '/mmwebwx-bin/webwx' },
  { kind: 'cut', path: "a/b'c\\" },
  { kind: 'garbage', path: /webwx(sync|init)/i, count: Number.POSITIVE_INFINITY },
  { kind: 'wrongTypes', seed: 7 },
  { kind: 'ret', ret: 1205, count: 2, probability: 0.5 },
]

test.each(SPECS)('copies test code that adds the same fault: %j', (spec) => {
  const view = viewOf(spec)
  const added: FaultView[] = []
  new Function('sandbox', testCode(view))({ faults: { add: (fault: FaultSpec) => added.push(viewOf(fault)) } })
  expect(added).toEqual([view])
})

test('omits default values from the copied code', () => {
  expect(testCode(viewOf({ kind: 'status', status: 502, count: 3 }))).toBe(
    "sandbox.faults.add({ kind: 'status', status: 502, count: 3 })",
  )
  expect(testCode(viewOf({ kind: 'drop' }))).toBe("sandbox.faults.add({ kind: 'drop' })")
})

test('updates the armed faults from the loaded state and from events', () => {
  const first = viewOf({ kind: 'drop' })
  const state = loaded({ faults: [first] })
  expect(state.faults).toEqual([first])
  expect(reduce(state, { type: 'events', events: [{ id: 1, type: 'faults', data: [] }] }).faults).toEqual([])
})
