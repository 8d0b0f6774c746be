import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import {
  type ChatView,
  CLAWBOT,
  type MessageView,
  type RefusedView,
  type UploadView,
} from '../../sandbox/control/view.js'
import { loadEarlier } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { useVirtual } from '../hooks/use-virtual.js'
import { selectByKey, selectByPress, useShowJoinedMessage } from '../inspector/use-joined.js'
import { roomName } from '../store/select.js'
import { estimateHeight } from './estimate.js'
import { LatestPill } from './latest-pill.js'
import { MessageLine } from './message-line.js'
import { MessageMenu } from './message-menu.js'
import { asMessage } from './refused.js'
import { messageRows, withRefused } from './rows.js'
import { UploadLine } from './upload-line.js'
import { useMessageMenu } from './use-message-menu.js'
import { useStayAtEnd } from './use-stay-at-end.js'

const NEAR_END_PX = 80
const LOAD_EARLIER_ROW = 4
/** Makes the log focusable, so that it receives the keys that scroll it and move through its messages. */
const TAB_STOP = 0
const NO_MESSAGES: readonly MessageView[] = []
const UPLOAD_PX = 130

interface Props {
  chat: ChatView
  /** Number of messages sent from this page. */
  sent: number
  /** Id of the message to show, the match of a search. */
  found: string | undefined
  onQuote: ((message: MessageView, selected: string) => void) | undefined
}

/**
 * The messages of a chat; only those in view are rendered. If the log is scrolled near its end, it follows new messages;
 * otherwise it keeps its scroll position.
 */
export function MessageLog({ chat, sent, found, onQuote }: Props) {
  const strings = useStrings()
  const thread = useStore((state) => state.threads[chat.id])
  const people = useStore((state) => state.people)
  const owner = useStore((state) => state.owner)
  const messages = thread?.messages ?? NO_MESSAGES
  const refused = useRefused(chat.id)
  const isComplete = thread?.complete ?? false
  const rows = useMemo(() => {
    const shown = refused.map((view) => asMessage(view, owner, strings))
    return messageRows(withRefused(messages, shown, isComplete), thread?.newFrom, refused)
  }, [messages, refused, owner, strings, isComplete, thread?.newFrom])
  const names = useMemo(() => (chat.members ?? []).map((member) => roomName(member, people)), [chat.members, people])
  const allUploads = useStore((state) => state.uploads)
  const uploads = useMemo(() => uploadsTo(allUploads, chat.id), [allUploads, chat.id])
  const { menu, close, handlers } = useMessageMenu(rows)
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtual({
    count: rows.length + uploads.length,
    getScrollElement: () => box.current,
    getItemKey: (index) => rows[index]?.message.id ?? `upload ${uploads[index - rows.length]?.name}`,
    estimateSize: (index) => {
      const row = rows[index]
      return row ? estimateHeight(row.message) : UPLOAD_PX
    },
    overscan: 8,
    paddingStart: 16,
    paddingEnd: 20,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: NEAR_END_PX,
  })

  const loaded = thread?.loaded ?? false
  const positioned = useRef(false)
  useLayoutEffect(() => {
    if (positioned.current || !loaded || rows.length === 0) return
    positioned.current = true
    const at = rows.findIndex((row) => row.newLine)
    if (at > 0) virtual.scrollToIndex(at, { align: 'start' })
    else virtual.scrollToEnd()
  }, [rows, loaded, virtual])
  useEffect(() => {
    if (sent > 0) virtual.scrollToEnd()
  }, [sent, virtual])

  const foundAt = found === undefined ? -1 : rows.findIndex(({ message }) => message.id === found)
  const isFoundLoaded = foundAt >= 0
  useEffect(() => {
    if (found !== undefined && isFoundLoaded) virtual.scrollToIndex(foundAt, { align: 'center' })
    // Not on a new index: the row stays in view when earlier messages are loaded.
  }, [found, isFoundLoaded, virtual])

  useShowJoinedMessage(rows, (index) => virtual.scrollToIndex(index, { align: 'auto' }))
  const first = virtual.getVirtualItems()[0]?.index
  const loading = useLoadEarlier(chat.id, positioned.current && first !== undefined && first < LOAD_EARLIER_ROW)
  const atEnd = virtual.isAtEnd(NEAR_END_PX)
  useStayAtEnd(box, atEnd, () => virtual.scrollToEnd())
  const missed = useMissed(messages, atEnd)
  const focusRow = useFocusRow(virtual.scrollToIndex, rows.length)

  return (
    <div class="log-place">
      {loading && <p class="log-loading">{strings.earlier}</p>}
      {thread?.loaded && rows.length === 0 && <p class="log-empty">{strings.noMessages}</p>}
      <div
        ref={box}
        class="log"
        role="log"
        aria-label={strings.logName}
        aria-live="off"
        tabIndex={TAB_STOP}
        {...handlers}
        onClick={(event) => {
          handlers.onClick(event)
          selectByPress(event, rows)
        }}
        onKeyDown={(event) => {
          handlers.onKeyDown(event)
          pressPrimary(event)
          selectByKey(event, rows)
          focusRow(event)
        }}
      >
        <div class="log-size" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            const upload = uploads[item.index - rows.length]
            return (
              <div
                key={item.key}
                ref={virtual.measureElement}
                class={isFoundLoaded && item.index === foundAt ? 'log-row found' : 'log-row'}
                data-index={item.index}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {row && (
                  <MessageLine row={row} chat={chat} names={names} position={item.index + 1} count={rows.length} />
                )}
                {upload && <UploadLine upload={upload} />}
              </div>
            )
          })}
        </div>
      </div>
      {menu && <MessageMenu key={menu.message.id} menu={menu} close={close} onQuote={onQuote} />}
      {!atEnd && positioned.current && <LatestPill count={missed} onPress={() => virtual.scrollToEnd()} />}
    </div>
  )
}

/** The uploads to a chat. Those whose chat is unknown, which only Web WeChat has, are in every chat except the ClawBot's. */
function uploadsTo(uploads: Readonly<Record<string, UploadView>>, chatId: string): UploadView[] {
  return Object.values(uploads).filter((upload) => upload.chatId === chatId || (!upload.chatId && chatId !== CLAWBOT))
}

/** The bot's messages to a chat that were refused, except those that it has sent since. */
function useRefused(chatId: string): readonly RefusedView[] {
  const all = useStore((state) => state.refused)
  return useMemo(() => all.filter((view) => view.chatId === chatId && view.messageId === undefined), [all, chatId])
}

/** Triggers a message's primary action when Enter is pressed. */
function pressPrimary(event: KeyboardEvent): void {
  const { target, key } = event
  if (key !== 'Enter' || !(target instanceof HTMLElement) || !target.matches('article')) return
  event.preventDefault()
  target.querySelector<HTMLElement>('[data-primary]')?.click()
}

/** Loads earlier messages, one page at a time, while `needed` is true. */
function useLoadEarlier(chatId: string, needed: boolean): boolean {
  const complete = useStore((state) => state.threads[chatId]?.complete ?? true)
  const up = useStore((state) => state.link.up)
  const [loading, setLoading] = useState(false)
  useEffect(() => {
    if (!needed || complete || loading || !up) return
    setLoading(true)
    loadEarlier(chatId)
      .catch(() => {
        // The next scroll to the top will retry.
      })
      .finally(() => setLoading(false))
  }, [needed, complete, loading, up, chatId])
  return loading
}

/** Number of messages received since the end was last in view. */
function useMissed(messages: readonly MessageView[], atEnd: boolean): number {
  const lastSeen = useRef<string | undefined>(undefined)
  const last = messages.at(-1)?.id
  if (atEnd || lastSeen.current === undefined) lastSeen.current = last
  const at = messages.findLastIndex((message) => message.id === lastSeen.current)
  return at < 0 ? 0 : messages.length - 1 - at
}

/** Moves focus from message to message with the arrow keys, after scrolling the message into view. */
function useFocusRow(scrollToIndex: (index: number) => void, count: number): (event: KeyboardEvent) => void {
  return (event) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (by === 0 || event.altKey || !(event.currentTarget instanceof HTMLElement)) return
    const log = event.currentTarget
    const focused = document.activeElement?.closest<HTMLElement>('.log-row')
    const from = focused ? Number(focused.dataset.index) : count
    const to = Math.min(Math.max(from + by, 0), count - 1)
    event.preventDefault()
    scrollToIndex(to)
    requestAnimationFrame(() => {
      log.querySelector<HTMLElement>(`[data-index="${to}"] article`)?.focus({ preventScroll: true })
    })
  }
}
