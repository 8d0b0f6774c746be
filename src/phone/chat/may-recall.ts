import { CLAWBOT, type MessageView } from '../../sandbox/control/view.js'

/** Two minutes, as on a phone. */
const RECALL_WITHIN_MS = 2 * 60_000

/** Whether a message's speaker can recall it: never (`no`), no longer (`late`), or now (`yes`). The ClawBot does not learn of recalls. */
export function mayRecall(message: MessageView, now: number): 'no' | 'late' | 'yes' {
  if (message.chatId === CLAWBOT) return 'no'
  if (message.speaker === '' || message.origin === 'system' || message.recalled || message.kind === 'friendRequest') {
    return 'no'
  }
  return now - message.at > RECALL_WITHIN_MS ? 'late' : 'yes'
}
