import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Avatar } from '../parts/avatar.js'
import { Dunes } from '../parts/dunes.js'
import { Icon, type IconName } from '../parts/icon.js'
import { personName } from '../store/select.js'
import { Qr } from './qr.js'

interface Props {
  /** The rows of the QR code; a drawing is shown if there are none. */
  rows: readonly string[] | undefined
  /** Whether the code can be scanned, has been scanned, or is no longer valid, with the icon that says why. */
  status: 'valid' | 'scanned' | IconName
}

/** The QR code on a white card. After it has been scanned, the account is shown over it. */
export function QrCard({ rows, status }: Props) {
  const strings = useStrings()
  const owner = useStore((state) => state.people[state.owner])
  if (!rows) {
    return (
      <div class="qr-card no-code">
        <Dunes />
      </div>
    )
  }
  return (
    <div class="qr-card">
      <Qr rows={rows} label={strings.qrAlt} dimmed={status !== 'valid'} />
      {status !== 'valid' && (
        <div class="qr-over">
          {status !== 'scanned' ? (
            <span class="qr-lost">
              <Icon name={status} size={36} />
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
                <strong>{personName(owner)}</strong>
              </>
            )
          )}
        </div>
      )}
    </div>
  )
}
