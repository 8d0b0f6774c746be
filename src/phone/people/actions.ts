import { api } from '../api/api.js'

// The results arrive in the event stream. All functions reject with an `ApiError` on failure.

/** Adds a person to the world and returns their id. */
export async function newPerson(name: string, isContact: boolean): Promise<string> {
  return (await api.addPerson({ name, isContact })).id
}

export async function renamePerson(personId: string, name: string): Promise<void> {
  await api.renamePerson(personId, { name })
}

/** Ends the friendship between the account and the person. */
export async function unfriend(personId: string): Promise<void> {
  await api.unfriend(personId)
}

/** Opens the chat on the account's phone. */
export async function openOnPhone(chatId: string): Promise<void> {
  await api.openOnPhone(chatId)
}

export async function renameGroup(chatId: string, topic: string, by: string): Promise<void> {
  await api.renameGroup(chatId, { topic, by })
}

/** Adds a member on behalf of the group's owner. */
export async function addMember(chatId: string, personId: string): Promise<void> {
  await api.addMembers(chatId, { people: [personId] })
}

/** A person scans the QR code of the group, which the member `by` had shared. */
export async function joinByQr(chatId: string, person: string, by: string): Promise<void> {
  await api.joinByQr(chatId, { person, by })
}

/** Removes a member on behalf of the group's owner. */
export async function removeMember(chatId: string, personId: string): Promise<void> {
  await api.removeMembers(chatId, { people: [personId] })
}

export async function setDisplayName(chatId: string, person: string, name: string): Promise<void> {
  await api.setDisplayName(chatId, { person, name })
}
