import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ClawbotAction, ClawbotActionRequest } from '../../sandbox/control/view.js'
import { controlClawbot, toggleInspector } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { usePanelFocus } from '../hooks/use-panel-focus.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { InspectorHead } from '../inspector/inspector-head.js'
import { DroppedList } from './dropped-list.js'
import { ServiceChoice } from './service-choice.js'

/** The controls of the iLink service: limits, the binding, the QR code, and the messages that it dropped. */
export function ServicePanel() {
  const strings = useStrings()
  const { limits } = useStore((state) => state.clawbot)
  const up = useStore((state) => state.link.up)
  const [count, setCount] = useState('1')
  const [code, setCode] = useState('')
  const [host, setHost] = useState('')
  const { run, error } = useAction(controlClawbot)
  const ref = usePanelFocus()
  const disabled = !up
  const act = (action: ClawbotAction, request?: ClawbotActionRequest) => () => void run(action, request)
  return (
    <aside
      ref={ref}
      class="inspector faults"
      aria-label={strings.service}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        toggleInspector('service')
      }}
    >
      <InspectorHead current="service" />
      <div class="fault-body">
        <p class="fault-none">{strings.serviceText}</p>
        {error && (
          <p class="problem" role="alert">
            {strings.failed(error)}
          </p>
        )}
        <Group title={strings.serviceLimits}>
          <ServiceChoice icon="check" name={strings.serviceOpenWindow} disabled={disabled} press={act('openWindow')} />
          <ServiceChoice
            icon="clock"
            name={strings.serviceCloseWindow}
            disabled={disabled}
            press={act('closeWindow')}
          />
          <ServiceChoice
            icon="send"
            name={strings.serviceSpend}
            disabled={disabled || !/^[1-9]\d{0,5}$/.test(count)}
            press={act('spendQuota', { count: Number(count) })}
            field={{ value: count, label: strings.serviceSpendCount, isNumber: true, onValue: setCount }}
          />
          <ServiceChoice icon="gauge" name={strings.serviceThrottle} disabled={disabled} press={act('throttle')} />
          <ServiceChoice
            icon="gone"
            name={strings.serviceShadow}
            pressed={limits.isShadowed}
            disabled={disabled}
            press={act('shadow', { isOn: !limits.isShadowed })}
          />
        </Group>
        <Group title={strings.serviceBinding}>
          <ServiceChoice
            icon="phone"
            name={strings.serviceElsewhere}
            disabled={disabled}
            press={act('bindElsewhere')}
          />
          <ServiceChoice
            icon="expired"
            name={strings.serviceExpireToken}
            disabled={disabled}
            press={act('expireToken')}
          />
          <ServiceChoice
            icon="resetKey"
            name={strings.serviceReviveToken}
            disabled={disabled}
            press={act('expireToken', { isRevivable: true })}
          />
        </Group>
        <Group title={strings.serviceQr}>
          <ServiceChoice
            icon="scan"
            name={strings.qrCode}
            disabled={disabled || !/^(\d{4,8})?$/.test(code)}
            press={act('requireVerifyCode', code ? { code } : {})}
            field={{ value: code, label: strings.serviceCodeDigits, onValue: setCode }}
          />
          <ServiceChoice
            icon="transfer"
            name={strings.qrRedirect}
            disabled={disabled}
            press={act('redirect', host ? { host } : {})}
            field={{ value: host, label: strings.serviceHost, onValue: setHost }}
          />
          <ServiceChoice icon="check" name={strings.qrAlready} disabled={disabled} press={act('alreadyBound')} />
          <ServiceChoice icon="qr" name={strings.serviceExpireQr} disabled={disabled} press={act('expire')} />
        </Group>
        <DroppedList />
      </div>
    </aside>
  )
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="fault-group">
      <h3>{title}</h3>
      <div class="fault-choices">{children}</div>
    </section>
  )
}
