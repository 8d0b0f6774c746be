import type { WireMessage } from '../transports/web/wire/message.js'
import { emptyMessage } from './encode/message.js'
import { SandboxError } from './errors.js'
import type { Names } from './session/names.js'
import type { World } from './world/world.js'

/** The fields of a wire message. Omitted fields are empty, and `Content` is sent verbatim. */
export interface RawMessage extends Partial<Omit<WireMessage, 'NewMsgId'>> {
  /** Id of the sender in the world (`wxid_…` or `…@chatroom`), used instead of `FromUserName`. Default: the owner. */
  from?: string
  /** Id of the recipient in the world, used instead of `ToUserName`. Default: the owner. */
  to?: string
}

/**
 * Fills in missing fields. `NewMsgId` is the same as `MsgId`, which is generated if absent. Throws for an unknown id.
 */
export function rawMessage(world: World, names: Names, raw: RawMessage, nowMs: number): WireMessage {
  const { from, to, ...fields } = raw
  const id = fields.MsgId ?? world.newMessageId()
  if (!/^\d{1,19}$/.test(id)) throw new SandboxError(`Invalid MsgId "${id}": expected 1 to 19 decimal digits.`)
  return {
    ...emptyMessage(id, nowMs),
    FromUserName: nameOf(world, names, from ?? world.owner.id),
    ToUserName: nameOf(world, names, to ?? world.owner.id),
    ...fields,
    NewMsgId: id,
  }
}

function nameOf(world: World, names: Names, id: string): string {
  if (!world.people.has(id) && !world.groups.has(id)) {
    throw new SandboxError(`Unknown id "${id}": expected the id of a person or group in this world.`)
  }
  return names.of(id)
}
