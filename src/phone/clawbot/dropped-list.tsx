import type { DropReason } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { clock } from '../i18n/time.js'

const REASONS: Readonly<Record<DropReason, StringKey>> = {
  noClientId: 'dropNoClientId',
  reusedClientId: 'dropReusedClientId',
  voice: 'dropVoice',
  toolCall: 'dropToolCall',
  unknownItem: 'dropUnknownItem',
  emptyText: 'dropEmptyText',
  textCut: 'dropTextCut',
  tooManyParts: 'dropTooManyParts',
  unknownReference: 'dropUnknownReference',
  uploadParam: 'dropUploadParam',
  grayRawKey: 'dropGrayRawKey',
  grayWrongKey: 'dropGrayWrongKey',
  grayWrongSize: 'dropGrayWrongSize',
  grayNoEncryptType: 'dropGrayNoEncryptType',
  shadow: 'dropShadow',
  acceptedNotShown: 'dropAcceptedNotShown',
}

/** The messages that were accepted but are not shown as they were sent, latest first. */
export function DroppedList() {
  const strings = useStrings()
  const dropped = useStore((state) => state.clawbot.dropped)
  if (dropped.length === 0) return <p class="fault-none">{strings.droppedNone}</p>
  return (
    <section class="fault-group">
      <h3>{strings.dropped(dropped.length)}</h3>
      <ul class="dropped" aria-label={strings.dropped(dropped.length)}>
        {dropped.toReversed().map(({ id, at, reason, itemType, text }) => (
          <li key={id}>
            <time>{clock(at)}</time>
            <p>
              <span>{strings[REASONS[reason]]}</span>
              <small>{[strings.droppedItem(itemType), text].filter(Boolean).join(' · ')}</small>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
