import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Dunes } from '../parts/dunes.js'
import { Icon } from '../parts/icon.js'
import { Qr } from './qr.js'
import type { Stage } from './stage.js'

/** The QR code on a white card. After it has been scanned, the account is shown over it. */
export function QrCard({ stage }: { stage: Stage }) {
  const strings = useStrings()
  const rows = useStore((state) => state.login.qr)
  const owner = useStore((state) => state.people[state.owner])
  if (!rows || stage === 'none' || stage === 'loggedOut') {
    return (
      <div class="qr-card no-code">
        <Dunes />
      </div>
    )
  }
  const unscanned = stage === 'waitingForScan'
  const ended = stage === 'cancelled' || stage === 'expired' || stage === 'refused'
  return (
    <div class="qr-card">
      <Qr rows={rows} label={strings.qrAlt} dimmed={!unscanned} />
      {!unscanned && (
        <div class="qr-over">
          {ended ? (
            <span class="qr-lost">
              <Icon name={stage === 'expired' ? 'expired' : stage === 'refused' ? 'alert' : 'cancelled'} size={36} />
            </span>
          ) : (
            owner && (
              <>
                <span class="qr-who">
                  <Avatar person={owner} size={76} />
                  <span class="qr-tick">
                    <Icon name="check" size={16} />
                  </span>
                </span>
                <strong>{owner.name}</strong>
              </>
            )
          )}
        </div>
      )}
    </div>
  )
}
