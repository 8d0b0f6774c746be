import type { MessageView } from '../../sandbox/control/view.js'

/** As on a phone: for two minutes. */
const RECALL_WITHIN_MS = 2 * 60_000

/** Whether a message's speaker can take it back: never, not any more, or now. */
export function mayRecall(message: MessageView, now: number): 'no' | 'late' | 'yes' {
  if (message.speaker === '' || message.origin === 'system' || message.recalled || message.kind === 'friendRequest') {
    return 'no'
  }
  return now - message.at > RECALL_WITHIN_MS ? 'late' : 'yes'
}
