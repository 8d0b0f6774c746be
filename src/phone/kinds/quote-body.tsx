import { CLAWBOT, type ContentView } from '../../sandbox/control/view.js'
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
    quotedText && chatId !== CLAWBOT ? undefined : threads[chatId]?.messages.find(({ id }) => id === quotedId),
  )
  const nameOf = useStore(({ people }) => quoted && people[quoted.speaker]?.name)
  // The ClawBot is not a person in the world, so its name comes from the page.
  const name = chatId === CLAWBOT && quoted ? (nameOf ?? strings.halfClawbot) : quotedName
  const isPart = quoted !== undefined && quotedText !== '' && quotedText !== quoted.text
  // If the quoted message has no text, a preview of its content is shown.
  const text = quotedText || (quoted ? previewText(quoted, strings) : '')
  return (
    <>
      <div class="bubble">
        <RichText text={content.text} names={names} />
      </div>
      <div class="quoted" title={isPart ? strings.partOf : undefined}>
        {[name, isPart ? `…${text}…` : text].filter(Boolean).join(': ')}
      </div>
    </>
  )
}
