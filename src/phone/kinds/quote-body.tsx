import type { ContentView } from '../../sandbox/control/view.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { RichText } from '../parts/rich-text.js'
import { previewText } from '../text/message-strings.js'

interface Props {
  chatId: string
  content: ContentView<'quote'>
  names: readonly string[]
}

/** A reply, with the quoted message below it. */
export function QuoteBody({ chatId, content, names }: Props) {
  const strings = useStrings()
  const { quotedId, quotedName, quotedText } = content
  const quoted = useStore(({ threads }) =>
    quotedText ? undefined : threads[chatId]?.messages.find((message) => message.id === quotedId),
  )
  // If the quoted message has no text, a preview of its content is shown.
  const text = quotedText || (quoted ? previewText(quoted, strings) : '')
  return (
    <>
      <div class="bubble">
        <RichText text={content.text} names={names} />
      </div>
      <div class="quoted">{[quotedName, text].filter(Boolean).join(': ')}</div>
    </>
  )
}
