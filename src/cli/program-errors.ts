/**
 * Loaded before the program of `itchat run`: an uncaught error of the library is printed in words instead of with a
 * stack trace. Node prints every other error.
 */
import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { ArgumentError, ItchatError, UnsupportedError } from '../errors.js'
import { prefersChinese } from '../util/locale.js'
import { explain } from './explain.js'

// Called before Node prints the error.
process.on('uncaughtExceptionMonitor', (error) => {
  // The program handles the error itself; that of a worker is passed on to the main thread.
  const isHandled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()
  if (isHandled || !isMainThread || !(error instanceof ItchatError) || isMistake(error)) return
  // The Chinese sentences are less precise than the messages, which follow them.
  writeSync(2, `${explain(error, prefersChinese())}\n`)
  process.exit(1)
})

/** Whether the program has to be changed: the stack trace shows where. */
function isMistake(error: ItchatError): boolean {
  return error instanceof ArgumentError || error instanceof UnsupportedError
}
