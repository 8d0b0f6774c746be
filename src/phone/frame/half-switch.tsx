import { showHalf } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import type { StringKey } from '../i18n/strings.js'
import { Badge } from '../list/badge.js'
import { chatsOf, isHalfWaiting, unreadTotal } from '../store/select.js'
import type { Half } from '../store/state.js'
import { addressOf, HALVES } from './half.js'

export const HALF_NAMES = { web: 'halfWeb', clawbot: 'halfClawbot' } as const satisfies Record<Half, StringKey>

/** Switches between Web WeChat and the ClawBot; shows what the other half is waiting for. */
export function HalfSwitch() {
  const strings = useStrings()
  return (
    <nav class="halves" aria-label={strings.halves}>
      {HALVES.map((half) => (
        <HalfLink key={half} half={half} />
      ))}
    </nav>
  )
}

function HalfLink({ half }: { half: Half }) {
  const strings = useStrings()
  const account = useStore((state) => state.account)
  const current = useStore((state) => state.half === half)
  const isWaiting = useStore((state) => state.half !== half && isHalfWaiting(state, half))
  const unread = useStore((state) => (state.half === half ? 0 : unreadTotal(chatsOf(state.chats, half))))
  const name = strings[HALF_NAMES[half]]
  const label = [name, isWaiting && strings.halfWaiting, unread > 0 && strings.unread(unread)]
  return (
    <a
      href={addressOf(half, account)}
      aria-current={current ? 'page' : undefined}
      aria-label={label.filter(Boolean).join(strings.comma)}
      onClick={(event) => {
        // Modified clicks open another tab.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        showHalf(half)
      }}
    >
      {name}
      {isWaiting ? <span class="half-dot" aria-hidden="true" /> : <Badge count={unread} />}
    </a>
  )
}
