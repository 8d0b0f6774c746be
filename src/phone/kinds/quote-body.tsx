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

/** A reply, and under it what it replies to. */
export function QuoteBody({ chatId, content, names }: Props) {
  const strings = useStrings()
  const { text, quotedId, quotedName, quotedText } = content
  const quoted = useStore(({ threads }) =>
    quotedText ? undefined : threads[chatId]?.messages.find((message) => message.id === quotedId),
  )
  // A picture or voice message has nothing to read in it but its kind.
  const what = quotedText || (quoted ? previewText(quoted, strings) : '')
  return (
    <>
      <div class="bubble">
        <RichText text={text} names={names} />
      </div>
      <div class="quoted">{[quotedName, what].filter(Boolean).join(': ')}</div>
    </>
  )
}
