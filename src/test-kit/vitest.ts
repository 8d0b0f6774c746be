/**
 * Matchers for vitest.
 *
 * @module itchat/sandbox/vitest
 */

// Types only: the package works without vitest.
import type {} from 'vitest'
import { SandboxError } from '../sandbox/errors.js'
import { ExpectationError } from './expectation-error.js'
import type { Expected } from './expected.js'
import { TestChat } from './test-chat.js'
import type { ExpectOptions } from './watch.js'

/** The matchers of this module, as methods of `expect(chat)`. */
export interface ChatMatchers {
  /** Like `chat.expects(expected)`. */
  toReceive(expected: Expected, options?: ExpectOptions): Promise<void>
  /** Like `chat.expectsFile(name)`. */
  toReceiveFile(name?: string | RegExp, options?: ExpectOptions): Promise<void>
  /** Like `chat.expectsNothing()`. */
  toReceiveNothing(options?: ExpectOptions): Promise<void>
}

declare module 'vitest' {
  interface Matchers<T> extends ChatMatchers {}
}

/** The runner's context of a matcher. */
export interface MatcherContext {
  readonly isNot: boolean
}

/** The result of a matcher. */
export interface MatcherResult {
  pass: boolean
  message(): string
  expected?: string
  actual?: string
}

/**
 * Matchers for `expect.extend(matchers)` in vitest and compatible runners.
 *
 * ```ts
 * expect.extend(matchers)
 * await expect(t.alice).toReceive('pong')
 * ```
 */
export const matchers = {
  toReceive(this: MatcherContext, chat: unknown, expected: Expected, options?: ExpectOptions): Promise<MatcherResult> {
    return resultOf(this, chat, (found) => found.expects(expected, options))
  },
  toReceiveFile(
    this: MatcherContext,
    chat: unknown,
    name?: string | RegExp,
    options?: ExpectOptions,
  ): Promise<MatcherResult> {
    return resultOf(this, chat, (found) => found.expectsFile(name, options))
  },
  toReceiveNothing(this: MatcherContext, chat: unknown, options?: ExpectOptions): Promise<MatcherResult> {
    return resultOf(this, chat, (found) => found.expectsNothing(options))
  },
}

/** @throws SandboxError for `not` and for a value that is not a chat */
async function resultOf(
  { isNot }: MatcherContext,
  chat: unknown,
  expectation: (chat: TestChat) => Promise<unknown>,
): Promise<MatcherResult> {
  if (isNot) throw new SandboxError('Unsupported `not`: use toReceiveNothing().')
  if (!(chat instanceof TestChat)) {
    throw new SandboxError('Invalid value: expected a chat of testBot, such as t.alice or t.room.')
  }
  try {
    await expectation(chat)
    return { pass: true, message: () => '' }
  } catch (error) {
    if (!(error instanceof ExpectationError)) throw error
    const { message, expected, actual } = error
    return { pass: false, message: () => message, expected, actual }
  }
}
