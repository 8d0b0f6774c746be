import type { Core } from '../core.js'
import { encodeGroup, encodePerson } from '../encode/contact.js'
import type { Session } from '../session/session.js'
import { failure, json } from './guard.js'
import type { DetailsView, DetailView } from './view.js'

const PERSON_FIELDS = [
  'UserName',
  'Uin',
  'NickName',
  'RemarkName',
  'Alias',
  'ContactFlag',
  'VerifyFlag',
  'Sex',
  'Province',
  'City',
  'Signature',
  'StarFriend',
  'PYQuanPin',
] as const

const GROUP_FIELDS = [
  'UserName',
  'Uin',
  'NickName',
  'MemberCount',
  'IsOwner',
  'OwnerUin',
  'ContactFlag',
  'Statues',
] as const

const MEMBER_FIELDS = ['UserName', 'NickName', 'DisplayName'] as const

/** `GET /api/chats/<id>/details`. */
export function details(core: Core, id: string): Response {
  const { world } = core
  const group = world.groups.get(id)
  const person = world.people.get(id)
  if (!group && !person) return failure(404, `Unknown chat id "${id}".`)
  const session = core.sessions.live
  const { inviteStartCount } = core.settings
  const view: DetailsView = {
    isOnline: session !== undefined,
    isKnown: session?.known.has(id) === true,
    fields: [],
    members: [],
    actions: core.actions.of(id),
    ...(group ? { inviteStartCount } : {}),
  }
  if (!session) return json(view)
  const uin = revealedId(session, id)
  if (group) {
    const contact = encodeGroup(world, session, group, 'full')
    const members = contact.MemberList.map((member, index) => ({
      id: group.members[index]?.id ?? '',
      fields: pick(member, MEMBER_FIELDS),
    }))
    return json({ ...view, fields: pick(contact, GROUP_FIELDS, uin), members } satisfies DetailsView)
  }
  const fields = person ? pick(encodePerson(world, session, person), PERSON_FIELDS, uin) : []
  return json({ ...view, fields } satisfies DetailsView)
}

/**
 * The permanent id of a chat, if the program has received it in this session: programs take it from the notices about
 * chats on the phone, as the `Uin` of the contact. @see docs/protocol.md §10.13
 */
function revealedId(session: Session, id: string): string | undefined {
  const { events } = session.log.after(session.start, Number.POSITIVE_INFINITY)
  return events.some((event) => event.kind === 'statusNotify' && event.chatIds.includes(id)) ? id : undefined
}

function pick<Field extends string>(
  contact: Readonly<Record<Field, string | number>>,
  names: readonly Field[],
  uin?: string,
): DetailView[] {
  return names.map((name) => {
    const value = String(contact[name])
    if (name === 'UserName') return { name, value: shortened(value) }
    return { name, value: name === 'Uin' && uin !== undefined ? uin : value }
  })
}

/** UserNames are random and differ between sessions, so that the ends are enough to tell them apart. */
function shortened(userName: string): string {
  return /^@@?[\da-f]{32,}$/.test(userName) ? userName.replace(/^(@@?.{6}).*(.{4})$/, '$1…$2') : userName
}
