import { expect, test } from 'vitest'
import {
  choicesOf,
  faultName,
  GROUPS,
  isAble,
  isComplete,
  numberOf,
  requestOf,
  type Scope,
} from '../../src/phone/faults/choices.js'
import { testCode } from '../../src/phone/faults/test-code.js'
import { stringsOf } from '../../src/phone/i18n/strings.js'
import { reduce } from '../../src/phone/store/reduce.js'
import { FAULT_KINDS, type FaultView } from '../../src/sandbox/control/view.js'
import { checkFault } from '../../src/sandbox/faults/check-fault.js'
import { ArmedFault } from '../../src/sandbox/faults/fault.js'
import type { FaultSpec } from '../../src/sandbox/index.js'
import { loaded } from './view-samples.js'

const SCOPE: Scope = { path: '', times: 'once', count: 3, percent: 10, seed: 42 }

const viewOf = (spec: FaultSpec): FaultView => new ArmedFault('1', checkFault(spec), () => {}).view()

test('every kind can be chosen, and the sandbox takes what the panel asks for, however often', () => {
  const choices = GROUPS.flatMap(choicesOf)
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

test('a kind that cannot strike there cannot be chosen', () => {
  expect(isAble('drop', { ...SCOPE, path: 'webwxsync' })).toBe(true)
  expect(isAble('expireQr', { ...SCOPE, path: 'webwxsync' })).toBe(false)
  expect(isAble('expireQr', SCOPE)).toBe(true)
})

test('a number that is none is not sent', () => {
  expect(isComplete({ ...SCOPE, count: Number.NaN })).toBe(true)
  expect(isComplete({ ...SCOPE, times: 'next', count: Number.NaN })).toBe(false)
  expect(isComplete({ ...SCOPE, times: 'next', count: 0 })).toBe(false)
  expect(isComplete({ ...SCOPE, times: 'chance', percent: 101 })).toBe(false)
  expect(isComplete({ ...SCOPE, times: 'chance', seed: Number.NaN })).toBe(false)
  expect(isComplete({ ...SCOPE, times: 'chance' })).toBe(true)
})

test('faults have names, with their number and its unit', () => {
  const strings = stringsOf('en')
  expect(faultName(strings, 'ret', 1101)).toBe('Logged in elsewhere 1101')
  expect(faultName(strings, 'ret', -1)).toBe('Return code -1')
  expect(faultName(strings, 'delay', 3000)).toBe('Delay 3000 ms')
  expect(faultName(strings, 'drop')).toBe('Drop before reply')
  expect(numberOf(viewOf({ kind: 'status', status: 502 }))).toBe(502)
  expect(numberOf(viewOf({ kind: 'drop' }))).toBeUndefined()
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

test.each(SPECS)('copied as code it adds the same fault: %j', (spec) => {
  const view = viewOf(spec)
  const added: FaultView[] = []
  new Function('sandbox', testCode(view))({ faults: { add: (one: FaultSpec) => added.push(viewOf(one)) } })
  expect(added).toEqual([view])
})

test('the code of a simple one is short', () => {
  expect(testCode(viewOf({ kind: 'status', status: 502, count: 3 }))).toBe(
    "sandbox.faults.add({ kind: 'status', status: 502, count: 3 })",
  )
  expect(testCode(viewOf({ kind: 'drop' }))).toBe("sandbox.faults.add({ kind: 'drop' })")
})

test('the page knows what is armed from the state and from events', () => {
  const first = viewOf({ kind: 'drop' })
  const state = loaded({ faults: [first] })
  expect(state.faults).toEqual([first])
  expect(reduce(state, { type: 'events', events: [{ id: 1, type: 'faults', data: [] }] }).faults).toEqual([])
})
