/**
 * The sandbox, and a bot under test in it.
 *
 * @module itchat/sandbox
 */

export * from '../sandbox/index.js'
export { type ExpectationDetails, ExpectationError } from './expectation-error.js'
export type { Expected } from './expected.js'
export type { TestMember, TestOwner, TestPerson, TestRoom } from './people.js'
export { ReplayError, type ReplayErrorDetails } from './replay-error.js'
export { type BotSetup, type TestBot, type TestBotOptions, testBot } from './test-bot.js'
export type { TestChat } from './test-chat.js'
export type { TestClock } from './test-clock.js'
export { testProgram } from './test-program.js'
export type { TestWorld, TestWorldOptions } from './test-world.js'
export type { ExpectOptions } from './watch.js'
