import type { ContentView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { yuan } from '../text/message-strings.js'

/** A red packet. */
export function PacketBody({ content }: { content: ContentView<'redPacket'> }) {
  const strings = useStrings()
  return (
    <div class="card money packet">
      <span class="money-main">
        <svg class="envelope" width="34" height="40" viewBox="0 0 34 40" aria-hidden="true">
          <rect width="34" height="40" rx="5" fill="#e9604c" />
          <path fill="#a93324" d="M0 5a5 5 0 0 1 5-5h24a5 5 0 0 1 5 5v7Q17 24 0 12z" />
          <circle cx="17" cy="18" r="5.5" fill="#f2dfb4" />
        </svg>
        <span class="money-text">
          <strong>{content.greeting}</strong>
          <span>{strings.openPacket}</span>
        </span>
      </span>
      <span class="money-foot">{strings.kindPacket}</span>
    </div>
  )
}

/** A money transfer. */
export function TransferBody({ content, own }: { content: ContentView<'transfer'>; own: boolean }) {
  const strings = useStrings()
  return (
    <div class="card money transfer">
      <span class="money-main">
        <span class="money-round">
          <Icon name="transfer" />
        </span>
        <span class="money-text">
          <strong class="figures">{yuan(content.amountFen)}</strong>
          <span>{content.memo || (own ? strings.ownTransfer : strings.takeTransfer)}</span>
        </span>
      </span>
      <span class="money-foot">{strings.kindTransfer}</span>
    </div>
  )
}
