import type { ActionView } from '../world/action-view.js'

/** A person or group as the program sees it in its current session. */
export interface DetailsView {
  /** Without a program that is logged in, the other fields are empty. */
  isOnline: boolean
  /** Whether the program has received this contact in its session. */
  isKnown: boolean
  /** The fields of the contact on the wire, with the names they have there. A `UserName` is shortened. */
  fields: DetailView[]
  /** The members of a group, in the order of `MemberList`. */
  members: { id: string; fields: DetailView[] }[]
  /** The latest actions that concern this chat, latest first. */
  actions: ActionView[]
  /** Number of members above which programs must invite instead of add; groups only. */
  inviteStartCount?: number
}

export interface DetailView {
  name: string
  value: string
}
