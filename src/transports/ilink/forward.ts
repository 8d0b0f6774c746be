import { FileError } from '../../errors.js'
import type { Message } from '../../message/message.js'
import type { Forwarding } from '../../transport/content.js'

/**
 * How to forward a message: the protocol has no references to messages, so that files are downloaded and sent again.
 *
 * @throws FileError for a message of an unknown type
 * @see docs/ilink.md §5
 */
export function forwardingOf(message: Message): Forwarding {
  const { type, FileName: name } = message
  if (type === 'Text') return { kind: 'text', text: message.Content }
  if (type === 'Picture') return { kind: 'file', name, as: 'image' }
  if (type === 'Video') return { kind: 'file', name, as: 'video' }
  // The phone does not show voice messages that programs send.
  if (type === 'Recording' || type === 'Attachment') return { kind: 'file', name }
  throw new FileError(`A message of type ${type} cannot be forwarded.`, { path: '' })
}
