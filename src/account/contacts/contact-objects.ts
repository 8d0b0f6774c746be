import type { ContactActions } from '../../contact/actions.js'
import { traitsOf } from '../../contact/base.js'
import { type MembersChange, replaceMembers } from '../../contact/chatroom.js'
import { Chatroom, type Contact, describeContact, fillContact, MassivePlatform, User } from '../../contact/contact.js'
import { CONTACT, type FieldChange, type MemberFields } from '../../contact/fields.js'
import type { ContactEntry } from '../../transport/contacts.js'

const CLASSES = { user: User, massivePlatform: MassivePlatform, chatroom: Chatroom } as const

const NO_CHANGE: MembersChange = { joined: [], left: [], isChanged: false }

/** The changes made by an entry. */
export interface ContactChange extends MembersChange {
  fields: FieldChange[]
  /** Whether the permanent id became known. */
  isRevealed: boolean
}

/** Creates the object for a new contact. */
export function contactOf(entry: ContactEntry, actions: ContactActions): Contact {
  const contact = new CLASSES[entry.kind ?? 'user'](actions)
  fillContact(contact, { ...CONTACT, ...entry.fields, UserName: entry.userName })
  Object.assign(traitsOf(contact), entry.traits)
  if (contact instanceof Chatroom && entry.members) replaceMembers(contact, entry.members)
  return contact
}

/** Updates a contact. Fields that were not sent keep their values; fields that were sent empty are cleared. */
export function applyContact(contact: Contact, entry: ContactEntry): ContactChange {
  const traits = traitsOf(contact)
  const isRevealed = traits.permanentId === undefined && entry.traits.permanentId !== undefined
  Object.assign(traits, entry.traits)
  const fields = describeContact(contact, entry.fields)
  const { members, isPartial } = entry
  if (!members || !(contact instanceof Chatroom)) return { ...NO_CHANGE, fields, isRevealed }
  const all = isPartial ? withOthers(contact, members) : members
  return { ...replaceMembers(contact, all), fields, isRevealed }
}

/** Completes a partial member list with the known members that are missing from it. */
function withOthers(room: Chatroom, members: readonly MemberFields[]): MemberFields[] {
  const mentioned = new Set(members.map((member) => member.UserName))
  return [...room.memberList.filter((member) => !mentioned.has(member.UserName)), ...members]
}

/** Whether the entry describes a contact of a different kind. */
export function isOtherKind(contact: Contact, { kind = contact.kind }: ContactEntry): boolean {
  return contact.kind !== kind
}

/** Creates the entry for a contact whose kind has changed. Fields that were not sent are copied from the known object. */
export function mergedEntry(known: Contact, entry: ContactEntry): ContactEntry {
  return { ...entry, fields: { ...known, ...entry.fields }, traits: { ...traitsOf(known), ...entry.traits } }
}
