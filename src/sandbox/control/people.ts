import type { Core } from '../core.js'
import type { Group } from '../world/group.js'
import { addToGroup, removeFromGroup, renameGroup, setGroupDisplayName } from '../world/group-rules.js'
import type { Person } from '../world/person.js'
import { openOnPhone, renamePerson, unfriend } from '../world/person-rules.js'
import { failure, json } from './guard.js'
import type {
  DisplayNameRequest,
  MembersRequest,
  RenameGroupRequest,
  RenamePersonRequest,
  RequestFriendRequest,
} from './view.js'
import { chatView, messageView, personView } from './views.js'

/** A request body before validation. */
type Unchecked<Request> = { [Key in keyof Request]?: unknown }

/** Runs an action on a person. Returns `undefined` for an unknown action. */
export function actAsPerson(core: Core, id: string, action: string | undefined, body: object): Response | undefined {
  const act = action === undefined ? undefined : PERSON_ACTIONS.get(action)
  if (!act) return undefined
  const person = core.world.people.get(id)
  return person ? act(core, person, body) : failure(404, `Unknown person id "${id}".`)
}

/** Runs an action on a group. Returns `undefined` for an unknown action. */
export function actInGroup(core: Core, id: string, action: string | undefined, body: object): Response | undefined {
  const act = action === undefined ? undefined : GROUP_ACTIONS.get(action)
  if (!act) return undefined
  const group = core.world.groups.get(id)
  if (!group) return failure(404, `Unknown group id "${id}".`)
  const { by }: Unchecked<RenameGroupRequest> = body
  if (by !== undefined && typeof by !== 'string') return failure(400, 'Invalid by: expected a person id.')
  return act(core, group, body, by) ?? json(chatView(core.world, id))
}

/** Opens a chat on the phone. */
export function open(core: Core, chatId: string): Response {
  openOnPhone(core.world, chatId, core.sessions.live !== undefined)
  return json(chatView(core.world, chatId))
}

const PERSON_ACTIONS = new Map<string, (core: Core, person: Person, body: object) => Response>([
  [
    'request',
    ({ world }, person, body) => {
      if (person.isContact || person.kind !== 'person')
        return failure(
          409,
          `Cannot send a friend request from ${person.name}: expected a person outside the address book.`,
        )
      const { greeting = '' }: Unchecked<RequestFriendRequest> = body
      if (typeof greeting !== 'string') return failure(400, 'Invalid greeting: expected a string.')
      return json(messageView(world, world.requestFriendship(person, greeting)))
    },
  ],
  [
    'rename',
    ({ world }, person, body) => {
      const { name }: Unchecked<RenamePersonRequest> = body
      if (typeof name !== 'string') return failure(400, 'Invalid name: expected a string.')
      renamePerson(world, person, name.trim())
      return json(personView(person))
    },
  ],
  [
    'unfriend',
    ({ world }, person) => {
      unfriend(world, person)
      return json(personView(person))
    },
  ],
])

type GroupAction = (core: Core, group: Group, body: object, by: string | undefined) => Response | undefined

const GROUP_ACTIONS = new Map<string, GroupAction>([
  [
    'rename',
    ({ world }, group, body, by) => {
      const { topic }: Unchecked<RenameGroupRequest> = body
      if (typeof topic !== 'string') return failure(400, 'Invalid topic: expected a string.')
      renameGroup(world, group, topic.trim(), by)
      return undefined
    },
  ],
  ['add', (core, group, body, by) => withPeople(core, body, (people) => addToGroup(core.world, group, people, by))],
  [
    'remove',
    (core, group, body, by) => withPeople(core, body, (people) => removeFromGroup(core.world, group, people, by)),
  ],
  [
    'display-name',
    ({ world }, group, body) => {
      const { person, name }: Unchecked<DisplayNameRequest> = body
      if (typeof person !== 'string') return failure(400, 'Invalid person: expected a person id.')
      if (typeof name !== 'string') return failure(400, 'Invalid name: expected a string.')
      setGroupDisplayName(world, group, person, name)
      return undefined
    },
  ],
])

function withPeople({ world }: Core, body: object, act: (people: Person[]) => void): Response | undefined {
  const { people: ids }: Unchecked<MembersRequest> = body
  if (!Array.isArray(ids) || ids.length === 0) return failure(400, 'Invalid people: expected a list of person ids.')
  const people: Person[] = []
  for (const id of new Set<unknown>(ids)) {
    if (typeof id !== 'string') return failure(400, 'Invalid people: expected a list of person ids.')
    const person = world.people.get(id)
    if (!person) return failure(404, `Unknown person id "${id}".`)
    people.push(person)
  }
  act(people)
  return undefined
}
