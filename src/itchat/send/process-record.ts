import { AsyncLocalStorage } from 'node:async_hooks'
import type { Message } from '../../message/message.js'
import { HeardTexts } from './heard-texts.js'

/** What runs because of something received, and the dispatcher of the account that received it. */
interface Handled {
  /** Absent for what is no message: contacts that changed, a batch that could not be read. */
  message?: Message | undefined
  by: object
}

/**
 * What guards the files of this process against words of others, for all its accounts together: what one account hears, another
 * may be made to say. The only state of a module beside the default instance; docs/decisions/0030-one-record-of-strangers-words.md
 * says why.
 */
export const processRecord = {
  /** Directives that others wrote lately. */
  heard: new HeardTexts(),
  /** What is being handled, across `await`. */
  handling: new AsyncLocalStorage<Handled>(),
  /** Absolute paths that no text may send, nor what starts with them. */
  secretFiles: new Set<string>(),
} as const
