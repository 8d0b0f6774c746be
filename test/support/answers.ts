import type { Itchat } from 'itchat'
import type { ManualClock } from './manual-clock.js'
import type { Passing, Trouble } from './wire.js'

/** What `synccheck` answers; values as they stand between the quotation marks. */
export const pollAnswer = (retcode: string | number, selector: string | number = 0) =>
  `window.synccheck={retcode:"${retcode}",selector:"${selector}"}`

/** A JSON reply with a return code, as it stands in the JSON. */
export const retAnswer = (ret: string | number) => `{"BaseResponse":{"Ret":${ret},"ErrMsg":""}}`

/** Answers some endpoints. */
export const answering =
  (answers: Record<string, string | (() => string | undefined)>): Trouble =>
  ({ endpoint }: Passing) => {
    const answer = answers[endpoint]
    return typeof answer === 'function' ? answer() : answer
  }

/** Moves time on to the end of each back-off. */
export function skipPauses(bot: Itchat, clock: ManualClock): void {
  bot.on('offline', ({ retryInMs }) => queueMicrotask(() => clock.advance(retryInMs)))
}
