import { describe, expect, test } from 'vitest'
import { ArgumentError } from '../errors.js'
import { checkOptions, unknownName } from './check-options.js'

const NAMES = { isFriendChat: true, isGroupChat: true, isSelf: true } as const

const messageOf = (options: unknown) => {
  try {
    checkOptions(options, NAMES)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

describe('checkOptions', () => {
  test('accepts known names with any value, and no names', () => {
    expect(messageOf({ isSelf: 5, isGroupChat: undefined })).toBe('')
    expect(messageOf({})).toBe('')
    expect(messageOf(Object.create(null))).toBe('')
    expect(messageOf(new (class Options {})())).toBe('')
  })

  test.each([
    ['in another case', 'isGroupchat', 'Did you mean isGroupChat?'],
    ['in Python style', 'is_group_chat', 'Did you mean isGroupChat?'],
    ['without a letter', 'isSef', 'Did you mean isSelf?'],
    ['that resembles none', 'group', ''],
    ['of an inherited member', 'toString', ''],
    ['with control characters', '\u001b[31m', ''],
  ])('refuses a name %s', (_, name, advice) => {
    const text = `Invalid option ${JSON.stringify(name)}: expected one of isFriendChat, isGroupChat, isSelf. ${advice}`
    expect(messageOf({ [name]: true })).toBe(text.trim())
  })

  test.each([
    [null, 'null'],
    [true, 'true'],
    ['isSelf', 'a string'],
    [['isSelf'], 'a list'],
    [() => {}, 'a function'],
    [new URL('http://127.0.0.1:8078'), 'an instance of URL'],
    [AbortSignal.abort(), 'an instance of AbortSignal'],
    [new Map([['isSelf', true]]), 'an instance of Map'],
  ])('refuses %o instead of options', (options, found) => {
    expect(messageOf(options)).toBe(`Invalid options: expected an object, found ${found}.`)
  })
})

test('an error for an unknown name states the name, and the given advice only if no other name is similar', () => {
  const error = unknownName('event', 'message', ['error', 'login'], 'Call msgRegister().')
  expect(error).toBeInstanceOf(ArgumentError)
  expect(error).toMatchObject({
    argument: 'message',
    message: 'Invalid event "message": expected one of error, login. Call msgRegister().',
  })
  expect(unknownName('event', 'erorr', ['error', 'login'], 'Call msgRegister().').message).toBe(
    'Invalid event "erorr": expected one of error, login. Did you mean error?',
  )
})
