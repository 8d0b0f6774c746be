import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import { say, store } from '../client.js'
import { useAction } from '../hooks/use-action.js'
import { useStore } from '../hooks/use-store.js'
import { useWords } from '../hooks/use-words.js'
import { Icon } from '../parts/icon.js'
import { isOffline, speakerOf } from '../store/select.js'
import { type Draft, draftKey } from '../store/state.js'
import { insertMention, mentionQuery } from '../text/mention.js'
import { MentionList, mentionOptions } from './mention-list.js'
import { SpeakAs } from './speak-as.js'
import { useDraft } from './use-draft.js'

/** Who speaks, the text, and the way to send it. */
export function Composer({ chat, onSent }: { chat: ChatView; onSent: () => void }) {
  const words = useWords()
  const speaker = useStore((state) => speakerOf(state, chat))
  const people = useStore((state) => state.people)
  const up = useStore((state) => state.link.up)
  const offline = useStore(isOffline)
  const [draft, setDraft] = useDraft(chat.id, speaker)
  const [caret, setCaret] = useState(0)
  const [picked, setPicked] = useState(0)
  const [dismissed, setDismissed] = useState(-1)
  const field = useRef<HTMLTextAreaElement>(null)
  const caretAfter = useRef<number | undefined>(undefined)
  const { run, error, forget } = useAction((who: string, what: Draft) => say(chat.id, who, what))

  const typed = chat.kind === 'group' ? mentionQuery(draft.text, caret) : undefined
  const asked = typed && typed.at !== dismissed ? typed : undefined
  const options = asked ? mentionOptions(chat, people, speaker, asked.query) : []
  const choice = options[Math.min(picked, options.length - 1)]

  useEffect(() => {
    // On a touch screen the keyboard would cover what was opened.
    if (matchMedia('(hover: hover)').matches) field.current?.focus()
  }, [])
  useLayoutEffect(() => {
    if (caretAfter.current === undefined) return
    field.current?.setSelectionRange(caretAfter.current, caretAfter.current)
    caretAfter.current = undefined
  }, [draft])

  function mention(member: { id: string; name: string }): void {
    if (!asked) return
    const next = insertMention(draft, asked.at, caret, member)
    caretAfter.current = next.caret
    setCaret(next.caret)
    setPicked(0)
    setDraft(next.draft)
    field.current?.focus()
  }

  async function send(): Promise<void> {
    if (!up || !draft.text.trim()) return
    const sent = draft
    setDraft({ text: '', mentions: [] })
    setCaret(0)
    if (await run(speaker, sent)) onSent()
    // What was refused comes back, unless something else was begun meanwhile.
    else if (!store.get().drafts[draftKey(chat.id, speaker)]) setDraft(sent)
  }

  function onKeyDown(event: KeyboardEvent): void {
    // While an input method composes, its keys are its own; 229 is what older ones send.
    if (event.isComposing || event.keyCode === 229) return
    if (asked && choice) {
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (by !== 0) {
        event.preventDefault()
        setPicked((options.indexOf(choice) + by + options.length) % options.length)
        return
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        mention(choice)
        return
      }
      if (event.key === 'Escape') {
        event.preventDefault()
        setDismissed(asked.at)
        return
      }
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      void send()
    }
  }

  return (
    <section class={offline ? 'composer offline' : 'composer'} aria-label={words.say}>
      <SpeakAs
        chat={chat}
        speaker={speaker}
        disabled={offline}
        onSpeaker={(id) => {
          store.change({ type: 'speaker', chatId: chat.id, speaker: id })
          forget()
          field.current?.focus()
        }}
      />
      <div class="compose-row">
        {asked && options.length > 0 && (
          <MentionList options={options} picked={choice?.id ?? ''} people={people} onPick={mention} />
        )}
        <textarea
          ref={field}
          class="compose-text"
          rows={2}
          aria-label={words.say}
          aria-autocomplete="list"
          aria-controls={asked ? 'mentions' : undefined}
          aria-activedescendant={choice ? `mention-${choice.id}` : undefined}
          placeholder={offline ? words.sayOffline : chat.kind === 'group' ? words.sayInGroup : words.say}
          disabled={offline}
          value={draft.text}
          onInput={(event) => {
            const { value, selectionStart } = event.currentTarget
            setCaret(selectionStart)
            setPicked(0)
            setDismissed(-1)
            forget()
            setDraft({ text: value, mentions: draft.mentions })
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          class="button primary send"
          aria-label={words.send}
          disabled={!up || !draft.text.trim()}
          onClick={() => void send()}
        >
          <span class="send-word" aria-hidden="true">
            {words.send}
            <small>Enter</small>
          </span>
          <Icon name="send" size={22} />
        </button>
      </div>
      {error && (
        <p class="problem" role="alert">
          {words.notSent(error)}
        </p>
      )}
    </section>
  )
}
