import type { ClawbotLimitsView, SendRefusal } from '../../sandbox/control/view.js'

/** Whether the window for messages is open, is closed, or has not been opened yet. */
export function windowOf({ windowUntil }: ClawbotLimitsView, now: number): 'open' | 'closed' | 'none' {
  if (windowUntil === undefined) return 'none'
  return windowUntil > now ? 'open' : 'closed'
}

/** Milliseconds for which the bot may not write because it wrote too fast; 0 if it may. */
export function penaltyMs({ penaltyUntil = 0 }: ClawbotLimitsView, now: number): number {
  return Math.max(0, penaltyUntil - now)
}

/** Why the next message would be refused. Limits also change with time, for which the service sends no event. */
export function refusalOf(limits: ClawbotLimitsView, now: number): SendRefusal | undefined {
  if (penaltyMs(limits, now) > 0) return 'throttled'
  const window = windowOf(limits, now)
  if (window !== 'open') return window === 'none' ? 'needsMessage' : 'windowClosed'
  return limits.quotaLeft === 0 ? 'quota' : undefined
}
