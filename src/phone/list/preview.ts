import type { ChatView } from '../../sandbox/control/view.js'
import type { Strings } from '../i18n/strings.js'
import { type People, speakerName } from '../store/select.js'
import { previewText } from '../text/message-strings.js'

/** The latest message on one line, with the speaker if it is not obvious. */
export function previewOf(chat: ChatView, owner: string, people: People, strings: Strings): string {
  const { last } = chat
  if (!last) return ''
  if (last.recalled) return strings.recalledBy(speakerName(chat, last.speaker, people))
  const text = previewText(last, strings)
  if (last.speaker === owner && chat.id !== 'filehelper') return `${strings.you}: ${text}`
  if (chat.kind === 'group' && last.speaker) return `${speakerName(chat, last.speaker, people)}: ${text}`
  return text
}
