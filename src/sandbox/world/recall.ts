import { SandboxError } from '../errors.js'
import type { Message } from './message.js'
import type { World } from './world.js'

/** Recalls a message as its speaker; throws for a recalled message or a system line. */
export function recallBySpeaker(world: World, message: Message): void {
  if (message.recalled) throw new SandboxError('recall: the message is already recalled.')
  if (message.speaker === '') throw new SandboxError('recall: expected a message with a speaker, found a system line.')
  world.recall(message, { by: message.speaker })
}
