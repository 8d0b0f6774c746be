import type { ChatView } from '../../sandbox/control/view.js'
import { type People, speakerName } from '../store/select.js'
import { previewText } from '../text/message-words.js'
import type { Words } from '../words/words.js'

/** The latest message on one line, with who said it where that is not plain. */
export function previewOf(chat: ChatView, owner: string, people: People, words: Words): string {
  const { last } = chat
  if (!last) return ''
  if (last.recalled) return words.recalledBy(speakerName(chat, last.speaker, people))
  const text = previewText(last, words)
  if (last.speaker === owner && chat.id !== 'filehelper') return `${words.you}: ${text}`
  if (chat.kind === 'group' && last.speaker) return `${speakerName(chat, last.speaker, people)}: ${text}`
  return text
}
