import type { WireRecommendInfo } from '../../transports/web/wire/message.js'
import type { Session } from '../session/session.js'
import type { ContentOf } from '../world/message.js'
import type { Person } from '../world/person.js'
import type { World } from '../world/world.js'
import { encodeContent } from './content.js'
import { ATTR_STATUS } from './member.js'

const GROUP_SCENE = 14
const CARD_SCENE = 17
const REQUEST_OP = 2

/** The `RecommendInfo` of messages without a recommended person. @see docs/protocol.md §9.10 */
export const EMPTY_RECOMMEND_INFO: WireRecommendInfo = {
  UserName: '',
  NickName: '',
  QQNum: 0,
  Province: '',
  City: '',
  Content: '',
  Signature: '',
  Alias: '',
  Scene: 0,
  VerifyFlag: 0,
  AttrStatus: 0,
  Sex: 0,
  Ticket: '',
  OpCode: 0,
}

/** Encodes the sender of a friend request. @see docs/protocol.md §9.10 */
export function recommendRequest(
  session: Session,
  person: Person,
  request: ContentOf<'friendRequest'>,
): WireRecommendInfo {
  return {
    ...personFields(session, person),
    Content: encodeContent(request.greeting),
    Scene: GROUP_SCENE,
    Ticket: request.ticket,
    OpCode: REQUEST_OP,
  }
}

/** Encodes the person recommended by a card. @see docs/protocol.md §10.8 */
export function recommendCard(world: World, session: Session, card: ContentOf<'card'>): WireRecommendInfo {
  const person = world.people.get(card.id)
  return {
    ...(person ? personFields(session, person) : EMPTY_RECOMMEND_INFO),
    UserName: session.names.of(card.id),
    NickName: encodeContent(card.name),
    Alias: encodeContent(card.alias),
    Scene: CARD_SCENE,
    AttrStatus: card.isOfficial ? 0 : ATTR_STATUS,
  }
}

function personFields(session: Session, person: Person): WireRecommendInfo {
  return {
    ...EMPTY_RECOMMEND_INFO,
    UserName: session.names.of(person.id),
    NickName: encodeContent(person.name),
    Province: encodeContent(person.province),
    City: encodeContent(person.city),
    Signature: encodeContent(person.signature),
    Alias: encodeContent(person.alias),
    VerifyFlag: person.verifyFlag,
    AttrStatus: ATTR_STATUS,
    Sex: person.sex,
  }
}
