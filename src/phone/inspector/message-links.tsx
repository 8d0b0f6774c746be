import type { CarriedMessage, RequestDetails } from '../../sandbox/control/view.js'
import { openChat, store } from '../client.js'
import { useStrings } from '../hooks/use-strings.js'
import type { Strings } from '../i18n/strings.js'
import { duration } from '../i18n/time.js'
import { Icon } from '../parts/icon.js'
import { kindString } from '../text/message-strings.js'
import { hasOwnColumn } from './remembered.js'
import { wire } from './wire-store.js'

const PREVIEW_LENGTH = 24

/** Links to the messages that belong to a request, and to the message that caused it. */
export function MessageLinks({ details: { messages, rawMessages, causedBy } }: { details: RequestDetails }) {
  const strings = useStrings()
  return (
    <>
      {causedBy && (
        <MessageLink
          {...causedBy.message}
          text={strings.wireCause(preview(causedBy.message, strings), duration(causedBy.replyMs))}
        />
      )}
      {messages.map((message) => (
        <MessageLink key={message.id} {...message} text={strings.wireShowMessage(preview(message, strings))} />
      ))}
      {rawMessages.map((id) => (
        <MessageLink key={id} id={id} text={strings.wireRawMessage(id)} />
      ))}
    </>
  )
}

/**
 * Selects the message, which also marks the requests that it belongs to, and uncovers it. Without a chat, the phone does
 * not show it.
 */
function MessageLink({ id, chatId, text }: { id: string; chatId?: string; text: string }) {
  return (
    <button
      type="button"
      class="wire-link"
      onClick={() => {
        if (!hasOwnColumn()) store.change({ type: 'inspector', inspector: undefined })
        if (store.get().half === 'web' && chatId !== undefined) openChat(chatId)
        wire.change({ type: 'join', joined: { kind: 'message', id } })
      }}
    >
      <Icon name="link" size={14} />
      {text}
    </button>
  )
}

function preview({ kind, text }: CarriedMessage, strings: Strings): string {
  if (text === '') return `[${kindString(kind, strings)}]`
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text
}
