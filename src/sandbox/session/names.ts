import { isRoomId } from '../encode/room-id.js'
import { randomHex } from '../random.js'

/** The UserNames of one login: random, the same for the whole session, gone with it. @see docs/protocol.md §9.1 */
export class Names {
  readonly #byId = new Map<string, string>()
  readonly #byName = new Map<string, string>()
  readonly #roomIds = new Map<string, string>()

  /** `permanent` are the ids that are their own UserNames: those of built-in accounts. */
  constructor(permanent: Iterable<string>) {
    for (const id of permanent) this.#add(id, id)
  }

  /** The UserName of a world id. */
  of(id: string): string {
    return this.#byId.get(id) ?? this.#add(id, `${isRoomId(id) ? '@@' : '@'}${randomHex(64)}`)
  }

  /** The world id behind a UserName that this session was told; `undefined` for any other. */
  idOf(userName: string): string | undefined {
    return this.#byName.get(userName)
  }

  /** The group's `EncryChatRoomId`. */
  roomIdOf(groupId: string): string {
    let roomId = this.#roomIds.get(groupId)
    if (roomId === undefined) {
      roomId = `@${randomHex(32)}`
      this.#roomIds.set(groupId, roomId)
    }
    return roomId
  }

  #add(id: string, name: string): string {
    this.#byId.set(id, name)
    this.#byName.set(name, id)
    return name
  }
}
