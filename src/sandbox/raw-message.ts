import type { WireMessage } from '../transports/web/wire/message.js'
import { emptyMessage } from './encode/message.js'
import { SandboxError } from './errors.js'
import type { Names } from './session/names.js'
import type { World } from './world/world.js'

/** Fields of a wire message; what is left out is at rest. `Content` is taken as it is, encoded or not. */
export interface RawMessage extends Partial<Omit<WireMessage, 'NewMsgId'>> {
  /** World id of the sender, such as `wxid_…` or `…@chatroom`, instead of `FromUserName`; default the owner. */
  from?: string
  /** World id of the recipient, instead of `ToUserName`; default the owner. */
  to?: string
}

/** Completes the fields; `NewMsgId` follows `MsgId`, which is made when absent. Throws on an id of nobody. */
export function rawMessage(world: World, names: Names, given: RawMessage, nowMs: number): WireMessage {
  const { from, to, ...fields } = given
  const id = fields.MsgId ?? world.newMessageId()
  if (!/^\d{1,19}$/.test(id)) throw new SandboxError(`MsgId ${id} is not 1 to 19 decimal digits`)
  return {
    ...emptyMessage(id, nowMs),
    FromUserName: nameOf(world, names, from ?? world.owner.id),
    ToUserName: nameOf(world, names, to ?? world.owner.id),
    ...fields,
    NewMsgId: id,
  }
}

function nameOf(world: World, names: Names, id: string): string {
  if (!world.people.has(id) && !world.groups.has(id)) throw new SandboxError(`nobody has the id ${id}`)
  return names.of(id)
}
