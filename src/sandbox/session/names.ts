import { isRoomId } from '../encode/room-id.js'
import { randomHex } from '../random.js'

/** The UserNames of one login: random, and stable until the session ends. @see docs/protocol.md §9.1 */
export class Names {
  readonly #byId = new Map<string, string>()
  readonly #byName = new Map<string, string>()
  readonly #roomIds = new Map<string, string>()

  /** `permanent` lists ids that equal their UserNames: those of built-in accounts. */
  constructor(permanent: Iterable<string>) {
    for (const id of permanent) this.#add(id, id)
  }

  /** The UserName of a world id. */
  of(id: string): string {
    return this.#byId.get(id) ?? this.#add(id, `${isRoomId(id) ? '@@' : '@'}${randomHex(64)}`)
  }

  /** The world id of a UserName issued in this session; `undefined` for any other. */
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
