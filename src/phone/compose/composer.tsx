import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { mayRecall } from '../chat/may-recall.js'
import { recall, say, sayAnything, store } from '../client.js'
import { TOUCH } from '../hooks/touch.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { isOffline, speakerOf } from '../store/select.js'
import { type Draft, draftKey } from '../store/state.js'
import { mediaData } from './media-data.js'
import { MentionList, type MentionOption } from './mention-list.js'
import { SpeakAs } from './speak-as.js'
import { type OpenTool, Tools } from './tools.js'
import { TrayChips } from './tray-chips.js'
import { useDraft } from './use-draft.js'
import { useMentions } from './use-mentions.js'
import type { Chip, Tray } from './use-tray.js'

interface Props {
  chat: ChatView
  tray: Tray
  tool: OpenTool
  setTool(tool: OpenTool): void
  onSent(): void
}

/** The speaker, the text field, files, other message kinds, and the send button. */
export function Composer({ chat, tray, tool, setTool, onSent }: Props) {
  const strings = useStrings()
  const speaker = useStore((state) => speakerOf(state, chat))
  const people = useStore((state) => state.people)
  const up = useStore((state) => state.link.up)
  const offline = useStore(isOffline)
  const [draft, setDraft] = useDraft(chat.id, speaker)
  const mentions = useMentions(chat, people, speaker, draft)
  const { active, options, choice } = mentions
  const field = useRef<HTMLTextAreaElement>(null)
  const caretAfter = useRef<number | undefined>(undefined)
  const text = useAction((sender: string, content: Draft) => say(chat.id, sender, content))
  const sending = useRef(new AbortController())
  const file = useAction(async (sender: string, chip: Chip) => {
    sending.current = new AbortController()
    const { signal } = sending.current
    await sayAnything(chat.id, { kind: chip.kind, speaker: sender, ...(await mediaData(chip.file)) }, signal)
    tray.remove(chip.id)
  })
  const undo = useAction(recallLast)
  const isEmpty = !draft.text.trim() && tray.chips.length === 0
  const unsent = file.error || text.error
  const errors = [
    ...(tray.problems.length > 0 ? tray.problems : unsent ? [strings.notSent(unsent)] : []),
    ...(undo.error ? [strings.notRecalled(undo.error)] : []),
  ]

  useEffect(() => {
    // On a touch screen, focusing the field would open a keyboard over the chat.
    if (!TOUCH) field.current?.focus()
  }, [])
  useLayoutEffect(() => {
    if (caretAfter.current === undefined) return
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = undefined
  }, [draft])
  const chips = tray.chips.length
  useEffect(() => {
    if (chips > 0) field.current?.focus()
  }, [chips])

  function mention(member: MentionOption): void {
    const next = mentions.insert(member)
    if (!next) return
    caretAfter.current = next.caret
    setDraft(next.draft)
    field.current?.focus()
  }

  async function send(): Promise<void> {
    if (!up || isEmpty || file.busy) return
    for (const chip of tray.chips) {
      if (!(await file.run(speaker, chip))) {
        // The file and the files after it stay in the tray.
        if (sending.current.signal.aborted) file.clearError()
        return
      }
      onSent()
    }
    if (draft.text.trim()) await sendText(draft)
  }

  async function sendText(sent: Draft): Promise<void> {
    setDraft({ text: '', mentions: [] })
    mentions.onCaret(0)
    if (await text.run(speaker, sent)) onSent()
    else setDraft(joinDrafts(sent, store.get().drafts[draftKey(chat.id, speaker)]))
  }

  /** Recalls what the speaker said last, unless that has been recalled. */
  async function recallLast(): Promise<void> {
    const messages = store.get().threads[chat.id]?.messages ?? []
    const last = messages.findLast((message) => message.speaker === speaker && message.origin !== 'bot')
    const recallable = last ? mayRecall(last, Date.now()) : 'no'
    if (last && recallable === 'yes') await recall(last.id)
    if (recallable === 'late') throw new Error(strings.recallTooLate)
  }

  function clearError(): void {
    text.clearError()
    file.clearError()
    undo.clearError()
  }

  function onKeyDown(event: KeyboardEvent): void {
    // Keys pressed during composition belong to the input method. Older browsers report them only as key code 229.
    if (event.isComposing || event.keyCode === 229 || mentions.onKey(event, mention)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      void send()
    }
    const isArrow = event.key === 'ArrowUp' && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
    if (isArrow && !event.repeat && draft.text === '' && tray.chips.length === 0) {
      event.preventDefault()
      if (up && !undo.busy) void undo.run()
    }
  }

  return (
    <section class={offline ? 'composer offline' : 'composer'} aria-label={strings.say}>
      <SpeakAs
        chat={chat}
        speaker={speaker}
        disabled={offline}
        onSpeaker={(id) => {
          store.change({ type: 'speaker', chatId: chat.id, speaker: id })
          clearError()
          field.current?.focus()
        }}
      />
      <Tools
        chat={chat}
        speaker={speaker}
        tray={tray}
        open={tool}
        setOpen={setTool}
        disabled={offline}
        onSent={() => {
          field.current?.focus()
          onSent()
        }}
      />
      <TrayChips tray={tray} isSending={file.busy} cancel={() => sending.current.abort()} />
      <div class="compose-row">
        {active && options.length > 0 && (
          <MentionList options={options} picked={choice?.id ?? ''} people={people} onPick={mention} />
        )}
        <textarea
          ref={field}
          class="compose-text"
          rows={2}
          aria-label={strings.say}
          aria-autocomplete="list"
          aria-controls={active ? 'mentions' : undefined}
          aria-activedescendant={choice ? `mention-${choice.id}` : undefined}
          placeholder={
            offline
              ? strings.sayOffline
              : TOUCH
                ? chat.kind === 'group'
                  ? strings.sayOrMention
                  : strings.say
                : chat.kind === 'group'
                  ? strings.sayInGroup
                  : strings.sayOrDrop
          }
          disabled={offline}
          value={draft.text}
          onInput={(event) => {
            const { value, selectionStart } = event.currentTarget
            mentions.onText(selectionStart)
            clearError()
            setDraft({ text: value, mentions: draft.mentions })
          }}
          onSelect={(event) => mentions.onCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="button primary send"
          disabled={!up || isEmpty || file.busy}
          onClick={() => void send()}
        >
          <span class="send-word">
            {unsent ? strings.resend : strings.send}
            <small aria-hidden="true">Enter</small>
          </span>
          <Icon name="send" size={22} />
        </button>
      </div>
      {errors.length > 0 && (
        <div class="problem" role="alert">
          {errors.map((error) => (
            <p key={error}>{error}</p>
          ))}
        </div>
      )}
    </section>
  )
}

/** A rejected draft, followed by what has been typed in the meantime. */
function joinDrafts(rejected: Draft, typed: Draft | undefined): Draft {
  if (!typed) return rejected
  return { text: `${rejected.text}\n${typed.text}`, mentions: [...rejected.mentions, ...typed.mentions] }
}
