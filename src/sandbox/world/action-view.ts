/** What was done to a person or a group, except by writing messages. */
export interface ActionView {
  /** Unix time in milliseconds. */
  at: number
  type: ShownType
  /** The new name of the person, the group, or the member `people[0]`. */
  name?: string
  /** Person ids of the members concerned. */
  people?: string[]
  /** How the program receives it: the lists or the message types in its next sync. `''` if it does not. */
  wire: string
}

type ShownType =
  | 'open'
  | 'rename'
  | 'addMembers'
  | 'removeMembers'
  | 'joinByQr'
  | 'displayName'
  | 'addPerson'
  | 'unfriend'
  | 'requestFriend'
  | 'recall'
