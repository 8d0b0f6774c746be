import { useState } from 'preact/hooks'
import type { ClawbotAction } from '../../sandbox/control/view.js'
import { controlClawbot } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { type BindStage, isPending } from './stage.js'

interface QrAction {
  labelKey: StringKey
  /** Shown after the action, for effects that are not visible otherwise. */
  doneKey?: StringKey
  stages: (stage: BindStage) => boolean
}

/** What the service can do with a QR code. */
const ACTIONS = {
  requireVerifyCode: {
    labelKey: 'qrCode',
    doneKey: 'qrCodeDone',
    stages: (stage) => stage === 'none' || stage === 'waiting',
  },
  redirect: { labelKey: 'qrRedirect', doneKey: 'qrRedirectDone', stages: isPending },
  alreadyBound: { labelKey: 'qrAlready', stages: isPending },
  expire: { labelKey: 'expire', stages: (stage) => isPending(stage) || stage === 'declined' },
} as const satisfies Partial<Record<ClawbotAction, QrAction>>

/** Buttons that make the login take one of its rare turns. */
export function QrActions({ stage }: { stage: BindStage }) {
  const strings = useStrings()
  const up = useStore((state) => state.link.up)
  const qrcode = useStore((state) => state.clawbot.login.qrcode)
  const { run, busy, error } = useAction(controlClawbot)
  const [done, setDone] = useState<{ qrcode: string | undefined; key: StringKey }>()
  const names = (Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).filter((name) => ACTIONS[name].stages(stage))
  if (names.length === 0) return null
  return (
    <div class="qr-actions">
      <fieldset aria-label={strings.qrActions}>
        {names.map((name) => {
          const action: QrAction = ACTIONS[name]
          return (
            <button
              key={name}
              type="button"
              class="button small"
              disabled={!up || busy}
              onClick={async () => {
                setDone(undefined)
                if ((await run(name)) && action.doneKey) setDone({ qrcode, key: action.doneKey })
              }}
            >
              {strings[action.labelKey]}
            </button>
          )
        })}
      </fieldset>
      <p class={error ? 'problem' : 'quiet'} role={error ? 'alert' : 'status'}>
        {error ? strings.failed(error) : done?.qrcode === qrcode && done ? strings[done.key] : ''}
      </p>
    </div>
  )
}
