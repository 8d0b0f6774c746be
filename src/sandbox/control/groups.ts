import type { Core } from '../core.js'
import { chatView } from '../views/views.js'
import type { Group } from '../world/group.js'
import { addToGroup, joinByQr, removeFromGroup, renameGroup, setGroupDisplayName } from '../world/group-rules.js'
import { checkChat } from './chats.js'
import { json } from './guard.js'
import { findPerson } from './people.js'
import { ApiRefusal } from './refusal.js'
import type { DisplayNameRequest } from './view.js'

interface Members {
  people: readonly string[]
  by?: string | undefined
}

export function rename(core: Core, id: string, { topic, by }: { topic: string; by?: string | undefined }): Response {
  renameGroup(core.world, findGroup(core, id), topic.trim(), by)
  return json(chatView(core.world, id))
}

export function addMembers(core: Core, id: string, { people, by }: Members): Response {
  addToGroup(core.world, findGroup(core, id), findPeople(core, people), by)
  return json(chatView(core.world, id))
}

export function join(core: Core, id: string, { person, by }: { person: string; by?: string | undefined }): Response {
  joinByQr(core.world, findGroup(core, id), findPerson(core, person), by)
  return json(chatView(core.world, id))
}

export function removeMembers(core: Core, id: string, { people, by }: Members): Response {
  removeFromGroup(core.world, findGroup(core, id), findPeople(core, people), by)
  return json(chatView(core.world, id))
}

export function setDisplayName(core: Core, id: string, { person, name }: DisplayNameRequest): Response {
  setGroupDisplayName(core.world, findGroup(core, id), person, name)
  return json(chatView(core.world, id))
}

function findGroup(core: Core, id: string): Group {
  checkChat(core, id)
  const group = core.world.groups.get(id)
  if (!group) throw new ApiRefusal(404, `Unknown group id "${id}".`)
  return group
}

function findPeople(core: Core, ids: readonly string[]) {
  return [...new Set(ids)].map((id) => findPerson(core, id))
}
