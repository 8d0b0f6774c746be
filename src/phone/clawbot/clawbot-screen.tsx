import { useRef } from 'preact/hooks'
import { Conversation } from '../chat/conversation.js'
import { toggleInspector } from '../client.js'
import { FaultButton } from '../faults/fault-button.js'
import { AccountButton } from '../frame/account-button.js'
import { Announcer } from '../frame/announcer.js'
import { Banner } from '../frame/banner.js'
import { HalfSwitch } from '../frame/half-switch.js'
import { HelpDialog } from '../frame/help-dialog.js'
import { Rail } from '../frame/rail.js'
import { SkipLink } from '../frame/skip-link.js'
import { useKeys } from '../hooks/use-keys.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Inspector } from '../inspector/inspector.js'
import { WireButton } from '../inspector/wire-button.js'
import { Icon } from '../parts/icon.js'
import { ChatMenuHost } from '../people/chat-menu-host.js'
import { chatOf } from '../store/select.js'
import { LimitsCard } from './limits-card.js'

/** The owner's chat with the ClawBot, what the service allows the bot to send, and the controls of the service. */
export function ClawbotScreen() {
  const strings = useStrings()
  const account = useStore((state) => state.account)
  const chats = useStore((state) => state.chats)
  const people = useStore((state) => state.people)
  const chatId = useStore((state) => state.clawbot.chatId)
  const help = useRef<HTMLDialogElement>(null)
  const showHelp = () => help.current?.showModal()
  const chat = chatOf({ chats, people }, chatId)

  useKeys({
    '?': showHelp,
    v: () => toggleInspector('service'),
  })

  return (
    <ChatMenuHost>
      <div class="frame claw has-chat">
        <SkipLink />
        <Banner />
        <Rail onHelp={showHelp} />
        <aside class="claw-side" aria-label={strings.limits}>
          <header class="claw-head">
            <AccountButton place="head" onHelp={showHelp} />
            <HalfSwitch />
            <WireButton place="rail-page" />
            <FaultButton place="rail-page" />
          </header>
          <LimitsCard />
          <button type="button" class="button small claw-service" onClick={() => toggleInspector('service')}>
            <Icon name="sliders" size={16} />
            {strings.serviceOpen}
          </button>
        </aside>
        {chat && <Conversation key={account} chat={chat} />}
        <Inspector />
        <Announcer />
        <HelpDialog dialogRef={help} />
      </div>
    </ChatMenuHost>
  )
}
