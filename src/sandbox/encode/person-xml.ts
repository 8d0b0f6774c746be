import type { ContentOf } from '../world/message.js'
import type { Person } from '../world/person.js'
import { attributes } from './xml.js'

/** @see docs/protocol.md §10.6 */
export function requestXml(person: Person, greeting: string, ticket: string): string {
  return `<msg${attributes({
    fromusername: person.id,
    encryptusername: ticket.replace('v2_', 'v1_'),
    fromnickname: person.name,
    content: greeting,
    shortpy: person.initials,
    imagestatus: 3,
    scene: 14,
    country: 'CN',
    province: person.province,
    city: person.city,
    sign: person.signature,
    percard: 1,
    sex: person.sex,
    alias: person.alias,
    weibo: '',
    albumflag: 0,
    albumstyle: 0,
    albumbgimgid: '',
    snsflag: 17,
    snsbgimgid: '',
    snsbgobjectid: 0,
    mhash: '',
    mfullhash: '',
    bigheadimgurl: '',
    smallheadimgurl: '',
    ticket,
    opcode: 2,
    googlecontact: '',
    qrticket: '',
    chatroomusername: '',
    sourceusername: '',
    sourcenickname: '',
    sharecardusername: '',
    sharecardnickname: '',
    cardversion: '',
    extflag: 0,
  })}><brandlist count="0" ver="700000001"></brandlist></msg>`
}

/**
 * `person` is the recommended person, or `undefined` if `card.id` does not exist in this world.
 * @see docs/protocol.md §10.8
 */
export function cardXml(card: ContentOf<'card'>, person: Person | undefined): string {
  const list = attributes({
    bigheadimgurl: '',
    smallheadimgurl: '',
    username: card.id,
    nickname: card.name,
    shortpy: person?.initials ?? '',
    alias: card.alias,
    imagestatus: 3,
    scene: 17,
    province: person?.province ?? '',
    city: person?.city ?? '',
    sign: person?.signature ?? '',
    sex: person?.sex ?? 0,
    certflag: card.isOfficial ? (person?.verifyFlag ?? 24) : 0,
    certinfo: '',
    brandIconUrl: '',
    brandHomeUrl: '',
    brandSubscriptConfigUrl: '',
    brandFlags: 0,
    regionCode: '',
  })
  return `<?xml version="1.0"?>\n<msg${list} />\n`
}
