import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'

/** The subtitle of the ClawBot chat: whether the bot is typing, or else the bot's id. */
export function Typing() {
  const strings = useStrings()
  const typing = useStore(({ clawbot: { binding } }) => binding?.online === true && binding.typing)
  const botId = useStore((state) => state.clawbot.binding?.botId)
  return (
    <p class={typing ? 'typing' : undefined} role="status">
      {typing ? strings.clawTyping : botId}
    </p>
  )
}
