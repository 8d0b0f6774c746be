import { api } from '../api/api.js'

// The stream brings what became of each; all reject with an `ApiError`.

export async function renamePerson(personId: string, name: string): Promise<void> {
  await api.renamePerson(personId, { name })
}

/** The person deletes the account as a friend. */
export async function unfriend(personId: string): Promise<void> {
  await api.unfriend(personId)
}

/** The account's owner opens the chat on the phone. */
export async function openOnPhone(chatId: string): Promise<void> {
  await api.openOnPhone(chatId)
}

export async function renameGroup(chatId: string, topic: string, by: string): Promise<void> {
  await api.renameGroup(chatId, { topic, by })
}

/** The group's owner invites somebody. */
export async function addMember(chatId: string, personId: string): Promise<void> {
  await api.addMembers(chatId, { people: [personId] })
}

/** The group's owner removes somebody. */
export async function removeMember(chatId: string, personId: string): Promise<void> {
  await api.removeMembers(chatId, { people: [personId] })
}

export async function setDisplayName(chatId: string, person: string, name: string): Promise<void> {
  await api.setDisplayName(chatId, { person, name })
}
