import { useState } from 'preact/hooks'
import type { ChatView } from '../../sandbox/control/view.js'
import type { People } from '../store/select.js'
import type { Draft } from '../store/state.js'
import { insertMention, mentionQuery } from '../text/mention.js'
import { type MentionOption, mentionOptions } from './mention-list.js'

interface Mentions {
  /** Whether a name is being typed after `@`. */
  active: boolean
  options: readonly MentionOption[]
  choice: MentionOption | undefined
  /** Called when the caret has moved. */
  onCaret(caret: number): void
  /** Called when the text has changed. */
  onText(caret: number): void
  /** Inserts a mention; returns the new draft and caret. */
  insert(member: MentionOption): { draft: Draft; caret: number } | undefined
  /** Handles the keys of the list; calls `pick` when a member is chosen. Returns whether the key was handled. */
  onKey(event: KeyboardEvent, pick: (option: MentionOption) => void): boolean
}

/** Manages the list of members that is shown while a mention is being typed. */
export function useMentions(chat: ChatView, people: People, speaker: string, draft: Draft): Mentions {
  const [caret, setCaret] = useState(0)
  const [picked, setPicked] = useState(0)
  const [dismissed, setDismissed] = useState(-1)
  const typed = chat.kind === 'group' ? mentionQuery(draft.text, caret) : undefined
  const current = typed && typed.at !== dismissed ? typed : undefined
  const options = current ? mentionOptions(chat, people, speaker, current.query) : []
  const choice = options[Math.min(picked, options.length - 1)]
  return {
    active: current !== undefined,
    options,
    choice,
    onCaret: setCaret,
    onText(at) {
      setCaret(at)
      setPicked(0)
      setDismissed(-1)
    },
    insert(member) {
      if (!current) return undefined
      const next = insertMention(draft, current.at, caret, member)
      setCaret(next.caret)
      setPicked(0)
      return next
    },
    onKey(event, pick) {
      if (!current || !choice) return false
      const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (by !== 0) setPicked((options.indexOf(choice) + by + options.length) % options.length)
      else if (event.key === 'Enter' || event.key === 'Tab') pick(choice)
      else if (event.key === 'Escape') setDismissed(current.at)
      else return false
      event.preventDefault()
      return true
    },
  }
}
