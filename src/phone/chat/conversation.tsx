import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { Composer } from '../compose/composer.js'
import { ChatHead } from './chat-head.js'
import { MessageLog } from './message-log.js'
import { useReading } from './use-reading.js'

/** The third column: who it is with, what was said, and where to say more. */
export function Conversation({ chat }: { chat: ChatView }) {
  // Counts what was sent from here: each time the log goes to its end.
  const [sent, setSent] = useState(0)
  useReading(chat)
  return (
    <main class="conversation" id="conversation" aria-label={chat.name}>
      <ChatHead chat={chat} />
      <MessageLog chat={chat} sent={sent} />
      <Composer chat={chat} onSent={() => setSent((count) => count + 1)} />
    </main>
  )
}
