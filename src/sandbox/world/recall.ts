import { SandboxError } from '../errors.js'
import type { Message } from './message.js'
import type { World } from './world.js'

/** A message's speaker takes it back; throws when there is nothing to take back. */
export function recallByHand(world: World, message: Message): void {
  if (message.recalled) throw new SandboxError('this message was recalled already')
  if (message.speaker === '') throw new SandboxError('nobody said this line, so nobody can recall it')
  world.recall(message, { by: message.speaker })
}
