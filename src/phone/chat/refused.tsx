import { CLAWBOT, type MessageView, type RefusedView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey, Strings } from '../i18n/strings.js'
import { Icon } from '../parts/icon.js'
import { kindString } from '../text/message-strings.js'

const WORDS: Readonly<Record<number, StringKey>> = {
  1: 'faultMinus3',
  1100: 'fault1100',
  1101: 'fault1101',
  1102: 'fault1102',
  1204: 'fault1204',
  1205: 'fault1205',
  [-2]: 'faultMinus2',
  [-3]: 'faultMinus3',
  [-14]: 'faultMinus14',
}

/** Why the server refused a message: the words, then the code. */
export function refusalString({ code }: RefusedView, strings: Strings): string {
  return strings.wordsAndCode(strings[WORDS[code] ?? 'wireRefused'], String(code).replace('-', '−'))
}

/** Below a message that was refused: why, and how often. */
export function RefusedNote({ refused }: { refused: RefusedView }) {
  const strings = useStrings()
  const { attempts } = refused
  return (
    <span class="refused-note">
      <Icon name="refused" size={14} />
      {strings.notSent(refusalString(refused, strings))}
      {attempts > 1 && ` · ${strings.attempts(attempts)}`}
    </span>
  )
}

/** Below a message that was accepted only after it had been refused. */
export function RetriedNote({ messageId }: { messageId: string }) {
  const strings = useStrings()
  const refused = useStore((state) => state.refused.find((view) => view.messageId === messageId))
  if (!refused) return null
  return (
    <span class="retried-note">{strings.sentAtAttempt(refused.attempts + 1, refusalString(refused, strings))}</span>
  )
}

/** A refused message in the form of a text message from the bot. */
export function asMessage({ id, chatId, kind, text, at }: RefusedView, owner: string, strings: Strings): MessageView {
  const shown = kind === 'text' ? text : [`[${kindString(kind, strings)}]`, text].filter(Boolean).join(' ')
  return {
    id,
    chatId,
    speaker: chatId === CLAWBOT ? CLAWBOT : owner,
    origin: 'bot',
    kind: 'text',
    content: { text: shown },
    text: shown,
    at,
    mentionsOwner: false,
    delivered: true,
  }
}
