import { SandboxError } from '../errors.js'
import { CLAWBOT } from './clawbot.js'
import type { Message } from './message.js'
import type { World } from './world.js'

/** Recalls a message on behalf of its speaker. Throws if it has already been recalled or is a system notice. */
export function recallBySpeaker(world: World, message: Message): void {
  if (message.recalled) throw new SandboxError('recall: the message was already recalled.')
  if (message.chatId === CLAWBOT) throw new SandboxError('recall: nothing is known about recalls in the ClawBot chat.')
  if (message.speaker === '')
    throw new SandboxError('recall: expected a message with a speaker, found a system notice.')
  world.recall(message, { by: message.speaker })
  world.events.emit('acted', { type: 'recall', message })
}
