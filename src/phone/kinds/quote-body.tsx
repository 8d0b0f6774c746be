import type { ContentView } from '../../sandbox/control/view.js'
import { RichText } from '../parts/rich-text.js'

/** A reply, and under it what it replies to. */
export function QuoteBody({ content, names }: { content: ContentView<'quote'>; names: readonly string[] }) {
  const { text, quotedName, quotedText } = content
  return (
    <>
      <div class="bubble">
        <RichText text={text} names={names} />
      </div>
      <div class="quoted">{[quotedName, quotedText].filter(Boolean).join(': ')}</div>
    </>
  )
}
