import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { type Draft, draftKey } from '../store/state.js'

const EMPTY: Draft = { text: '', mentions: [] }

/** A speaker's draft in a chat, stored until it is sent. */
export function useDraft(chatId: string, speaker: string): [Draft, (draft: Draft) => void] {
  const draft = useStore((state) => state.drafts[draftKey(chatId, speaker)]) ?? EMPTY
  return [draft, (next) => store.change({ type: 'draft', chatId, speaker, draft: next })]
}
