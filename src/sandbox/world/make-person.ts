import { createHash } from 'node:crypto'
import type { Person } from './person.js'
import type { PersonSpec } from './spec.js'

/** Makes a person outside the address book; the `index` in the world makes the id of a namesake different. */
export function makePerson(spec: string | PersonSpec, kind: Person['kind'], index: number): Person {
  const fields: PersonSpec = typeof spec === 'string' ? { name: spec } : spec
  const digest = createHash('sha1').update(`${index} ${fields.name}`).digest()
  const latin = fields.name.replace(/[^A-Za-z0-9]/g, '')
  const remarkLatin = (fields.remark ?? '').replace(/[^A-Za-z0-9]/g, '')
  const hex = digest.toString('hex')
  return {
    id: fields.id ?? (kind === 'official' ? `gh_${hex.slice(0, 12)}` : `wxid_${hex.slice(0, 14)}`),
    kind,
    name: fields.name,
    remark: fields.remark ?? '',
    alias: fields.alias ?? '',
    sex: fields.sex ?? 0,
    province: fields.province ?? '',
    city: fields.city ?? '',
    signature: fields.signature ?? '',
    initials: fields.initials ?? latin.toUpperCase(),
    pinyin: fields.pinyin ?? latin.toLowerCase(),
    remarkInitials: fields.remarkInitials ?? remarkLatin.toUpperCase(),
    remarkPinyin: fields.remarkPinyin ?? remarkLatin.toLowerCase(),
    uin: 1_000_000_000 + (digest.readUInt32BE(0) % 3_000_000_000),
    verifyFlag: 0,
    avatarSeq: 620_000_000 + (digest.readUInt32BE(4) % 80_000_000),
    isContact: false,
    starred: fields.starred ?? false,
    pinned: fields.pinned ?? false,
    muted: fields.muted ?? false,
  }
}
