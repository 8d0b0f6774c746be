import { randomHex } from '../random.js'
import { isRoomId } from '../room-id.js'

/**
 * The UserNames in one session. They are random and do not change until the session ends. @see docs/protocol.md §9.1
 */
export class Names {
  readonly #byId = new Map<string, string>()
  readonly #byName = new Map<string, string>()
  readonly #roomIds = new Map<string, string>()

  /** `permanent` contains the ids that are also used as UserNames: the ids of the built-in accounts. */
  constructor(permanent: Iterable<string>) {
    for (const id of permanent) this.#add(id, id)
  }

  /** Returns the UserName for an id in the world. */
  of(id: string): string {
    return this.#byId.get(id) ?? this.#add(id, `${isRoomId(id) ? '@@' : '@'}${randomHex(64)}`)
  }

  /** Returns the id in the world for a UserName issued in this session, or `undefined` for any other UserName. */
  idOf(userName: string): string | undefined {
    return this.#byName.get(userName)
  }

  /** Returns the `EncryChatRoomId` of a group. */
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
