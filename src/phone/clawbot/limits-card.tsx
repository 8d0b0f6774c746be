import type { ComponentChildren } from 'preact'
import type { SendRefusal } from '../../sandbox/control/view.js'
import { useNow } from '../hooks/use-now.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { rowTime, timeLeft } from '../i18n/time.js'
import { Icon, type IconName } from '../parts/icon.js'
import { penaltyMs, refusalOf, windowOf } from './limits.js'
import { bindStageOf } from './stage.js'

const REFUSALS: Readonly<Record<SendRefusal, StringKey>> = {
  needsMessage: 'refusalNeedsMessage',
  windowClosed: 'refusalWindowClosed',
  quota: 'refusalQuota',
  throttled: 'refusalThrottled',
}

/** Larger quotas are shown as a number only. */
const MAX_DOTS = 20

/** Whether the program is online, and what the service allows it to send. */
export function LimitsCard() {
  const strings = useStrings()
  const lang = useStore((state) => state.lang)
  const clawbot = useStore((state) => state.clawbot)
  const now = useNow(1000)
  const { limits, binding } = clawbot
  const stage = bindStageOf(clawbot)
  const isOnline = binding?.online === true
  const window = windowOf(limits, now)
  const penalty = penaltyMs(limits, now)
  const refusal = refusalOf(limits, now)
  return (
    <section class="limits" aria-label={strings.limits}>
      <dl>
        <Row icon="bot" name={strings.limitProgram} tone={isOnline ? 'ok' : 'quiet'}>
          <span class={isOnline ? 'dot green' : 'dot'} aria-hidden="true" />
          {isOnline ? strings.stateBoundOnline : stage === 'ended' ? strings.stateEnded : strings.stateBound}
        </Row>
        <Row icon="clock" name={strings.limitWindow} tone={window === 'closed' ? 'warn' : 'plain'}>
          {window === 'open' && limits.windowUntil !== undefined
            ? strings.limitWindowOpen(timeLeft(limits.windowUntil - now, lang))
            : strings[window === 'closed' ? 'limitWindowClosed' : 'limitWindowNone']}
        </Row>
        <Row icon="send" name={strings.limitQuota} tone={limits.quotaLeft === 0 ? 'warn' : 'plain'}>
          <Dots left={limits.quotaLeft} all={limits.quota} />
          <span class="figures">{strings.limitQuotaLeft(limits.quotaLeft, limits.quota)}</span>
        </Row>
        {penalty > 0 && (
          <Row icon="gauge" name={strings.limitPenalty} tone="warn">
            {strings.limitPenaltyUntil(timeLeft(penalty, lang))}
          </Row>
        )}
        {limits.isShadowed && (
          <Row icon="gone" name={strings.limitShadow} tone="warn">
            {strings.limitShadowOn}
          </Row>
        )}
      </dl>
      {refusal && stage !== 'ended' && (
        <p class="limit-refusal" role="status">
          {strings.refusalNext(strings[REFUSALS[refusal]])}
        </p>
      )}
      {binding && (
        <p class="limit-about">
          {strings.limitSince(rowTime(binding.boundAt, now, lang))}
          <br />
          {strings.limitNotified(binding.notified.starts, binding.notified.stops)}
        </p>
      )}
    </section>
  )
}

interface RowProps {
  icon: IconName
  name: string
  tone: 'ok' | 'plain' | 'quiet' | 'warn'
  children: ComponentChildren
}

function Row({ icon, name, tone, children }: RowProps) {
  return (
    <div class={`limit ${tone}`}>
      <dt title={name}>
        <Icon name={icon} size={16} />
        <span class="limit-name">{name}</span>
      </dt>
      <dd>{children}</dd>
    </div>
  )
}

/** One dot for each message that the bot may send; those already sent are hollow. */
function Dots({ left, all }: { left: number; all: number }) {
  if (all > MAX_DOTS) return null
  return (
    <span class="quota-dots" aria-hidden="true">
      {Array.from({ length: all }, (_, index) => (
        <i key={index} class={index < left ? 'left' : undefined} />
      ))}
    </span>
  )
}
