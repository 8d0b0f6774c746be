import { AT_SEPARATOR } from '../../transports/web/wire/constants.js'
import { SandboxError } from '../errors.js'
import type { Group } from './group.js'
import type { Content, Message } from './message.js'
import type { World } from './world.js'

/**
 * Posts a message to one of the account's chats on behalf of a friend, a group member, or the account's owner on the
 * phone. Throws if that person cannot send messages to the chat.
 */
export function speak(
  world: World,
  chatId: string,
  speaker: string,
  content: Content,
  mentions: readonly string[] = [],
): Message {
  const group = world.groups.get(chatId)
  const person = world.people.get(speaker)
  if (!person) throw new SandboxError(`Unknown speaker "${speaker}": expected a person id.`)
  const isOwner = person === world.owner
  if (group && !world.member(group, speaker))
    throw new SandboxError(`${person.name} is not a member of ${group.topic}.`)
  if (group && !world.member(group, world.owner.id))
    throw new SandboxError(`The account is not a member of ${group.topic}.`)
  if (!group && !isOwner && speaker !== chatId) {
    throw new SandboxError(
      `${person.name} cannot send messages in another person's chat. Use the chat with ${person.name}, or a group.`,
    )
  }
  if (!group && !world.people.get(chatId)?.isContact) {
    throw new SandboxError(`${world.people.get(chatId)?.name ?? chatId} is not in the address book.`)
  }
  if (speaker === 'filehelper')
    throw new SandboxError("filehelper cannot send messages. Use sandbox.owner.say('filehelper', text).")
  const origin = isOwner ? 'phone' : 'person'
  const message = world.post({ chatId, speaker, origin, content, mentions: group ? mentions : [] })
  world.events.emit('acted', { type: 'say', message })
  return message
}

/** Posts a system notice that is not the consequence of another action. */
export function postNotice(world: World, chatId: string, text: string): Message {
  const message = world.notice(chatId, text)
  world.events.emit('acted', { type: 'notice', message })
  return message
}

/**
 * Adds mentions to text in the form the phone uses: `@name` and U+2005. If the text already contains a mention, only
 * the separator is added. `'all'` mentions all members.
 */
export function withMentions(world: World, group: Group, text: string, ids: readonly string[]): string {
  let result = text
  const missing: string[] = []
  for (const id of ids) {
    const mention = `@${id === 'all' ? world.texts.everyone : world.nameIn(group, id)}`
    const at = result.indexOf(mention)
    if (at < 0) {
      missing.push(mention + AT_SEPARATOR)
      continue
    }
    const rest = result.slice(at + mention.length).replace(/^[\s\u2005]?/, AT_SEPARATOR)
    result = result.slice(0, at) + mention + rest
  }
  return missing.join('') + result
}
