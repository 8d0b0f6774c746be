import type { Action } from './action.js'
import type { ActionView } from './action-view.js'
import type { World } from './world.js'

const LIMIT = 200
const SHOWN = 10

/** The latest 200 actions, for the details of the people and groups that they concern. */
export class ActionLog {
  readonly #entries: { readonly id: string; readonly view: ActionView }[] = []
  readonly #world: World

  /** `isOnline` returns whether a program is logged in. */
  constructor(world: World, now: () => number, isOnline: () => boolean) {
    this.#world = world
    world.events.on('acted', (action) => {
      const about = this.#describe(action)
      if (!about) return
      const { id, wire, ...fields } = about
      this.#entries.push({ id, view: { at: now(), ...fields, wire: isOnline() ? wire : '' } })
      if (this.#entries.length > LIMIT) this.#entries.shift()
    })
  }

  /** Returns the latest 10 actions that concern a person or group, latest first. */
  of(id: string): ActionView[] {
    const entries = this.#entries.filter((entry) => entry.id === id)
    return entries
      .slice(-SHOWN)
      .reverse()
      .map(({ view }) => view)
  }

  #describe(action: Action): (Omit<ActionView, 'at'> & { id: string }) | undefined {
    switch (action.type) {
      case 'open':
        return { id: action.chat, type: action.type, wire: 'MsgType 51' }
      case 'rename':
        return { id: action.id, type: action.type, name: action.name, wire: this.#renameWire(action.id) }
      case 'addMembers':
        return { id: action.chat, type: action.type, people: action.people, wire: 'ModContactList, MsgType 10000' }
      case 'removeMembers':
        return { id: action.chat, type: action.type, people: action.people, wire: 'ModContactList' }
      case 'joinByQr':
        return { id: action.chat, type: action.type, people: [action.person], wire: 'ModContactList, MsgType 10000' }
      case 'displayName': {
        const { chat, type, name, person } = action
        return { id: chat, type, name, people: [person], wire: 'ModContactList' }
      }
      case 'addPerson':
        return { id: action.id, type: action.type, wire: action.isContact ? 'ModContactList' : '' }
      case 'unfriend':
        return { id: action.person, type: action.type, wire: 'DelContactList' }
      case 'requestFriend':
        return { id: action.message.chatId, type: action.type, wire: 'MsgType 37' }
      case 'recall':
        return { id: action.message.chatId, type: action.type, wire: 'MsgType 10002' }
      default:
        return undefined
    }
  }

  #renameWire(id: string): string {
    const { groups, people, owner } = this.#world
    if (groups.has(id)) return 'ModContactList, MsgType 10000'
    if (id === owner.id) return 'Profile'
    return people.get(id)?.isContact === true ? 'ModContactList' : ''
  }
}
