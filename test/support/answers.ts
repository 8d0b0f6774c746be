import type { Itchat } from 'itchat'
import type { ManualClock } from './manual-clock.js'
import type { Interceptor, Passing } from './wire.js'

/** Builds a `synccheck` response; both values appear verbatim in quotation marks. */
export const pollAnswer = (retcode: string | number, selector: string | number = 0) =>
  `window.synccheck={retcode:"${retcode}",selector:"${selector}"}`

/** Builds a JSON response; `ret` appears verbatim in the JSON. */
export const retAnswer = (ret: string | number) => `{"BaseResponse":{"Ret":${ret},"ErrMsg":""}}`

/** Answers the listed endpoints and forwards all other requests. */
export const answering =
  (answers: Record<string, string | (() => string | undefined)>): Interceptor =>
  ({ endpoint }: Passing) => {
    const answer = answers[endpoint]
    return typeof answer === 'function' ? answer() : answer
  }

/** Advances the clock to the end of each backoff pause. */
export function skipPauses(bot: Itchat, clock: ManualClock): void {
  bot.on('offline', ({ retryInMs }) => queueMicrotask(() => clock.advance(retryInMs)))
}
