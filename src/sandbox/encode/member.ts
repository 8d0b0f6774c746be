import type { WireMember } from '../../transports/web/wire/contact.js'
import type { Session } from '../session/session.js'
import type { Member } from '../world/group.js'
import type { World } from '../world/world.js'
import { encodeContent } from './content.js'

/** The `AttrStatus` of people. It is 0 for groups and official accounts. */
export const ATTR_STATUS = 102_437

/** How much detail about a member a reply contains; `uins` means all of it. */
export type MemberDetail = 'ids' | 'full' | 'uins'

/**
 * Encodes a group member. With `ids`, only the UserName is included, as in the reply to `webwxinit`. If the account's
 * owner has set a remark for the member, the remark is sent as the name. @see docs/protocol.md §9.4
 */
export function encodeMember(world: World, session: Session, member: Member, detail: MemberDetail): WireMember {
  const person = world.people.get(member.id)
  const full = detail !== 'ids' && person !== undefined
  return {
    Uin: person && (person === world.owner || detail === 'uins') ? person.uin : 0,
    UserName: session.names.of(member.id),
    NickName: full ? encodeContent(person.remark || person.name) : '',
    AttrStatus: full ? ATTR_STATUS : 0,
    PYInitial: full ? person.initials : '',
    PYQuanPin: full ? person.pinyin : '',
    RemarkPYInitial: full ? person.remarkInitials : '',
    RemarkPYQuanPin: full ? person.remarkPinyin : '',
    MemberStatus: 0,
    DisplayName: full ? encodeContent(member.displayName) : '',
    KeyWord: full ? person.id.slice(0, 3) : '',
  }
}
