import stringWidth from 'string-width'
import { Chatroom, type Contact, MassivePlatform, type User } from '../index.js'
import { oneLine } from '../util/one-line.js'
import { inLanguage } from './language.js'
import { plural } from './plural.js'
import { type Terminal, truncate } from './terminal.js'

const STRINGS = {
  zh: {
    kinds: { friend: '好友', group: '群', official: '公众号', self: '自己', builtIn: '内置账号' },
    members: (count: number) => `${count} 人`,
    unnamed: { group: '未命名的群', friend: '主人', self: '主人', official: '公众号', builtIn: '内置账号' },
    remark: (name: string) => `备注 ${name}`,
  },
  en: {
    kinds: { friend: 'friend', group: 'group', official: 'official', self: 'self', builtIn: 'built-in' },
    members: (count: number) => plural(count, 'member'),
    unnamed: {
      group: 'unnamed group',
      friend: 'owner',
      self: 'owner',
      official: 'official account',
      builtIn: 'built-in account',
    },
    remark: (name: string) => `remark ${name}`,
  },
}

const MAX_NAME_COLUMNS = 24

/** A contact as printed by `--json`. */
export interface ContactRecord {
  /** The same across logins. */
  id: string
  /** `builtIn`: the file transfer assistant. */
  kind: 'friend' | 'group' | 'official' | 'self' | 'builtIn'
  name: string
  remark: string
  alias: string
  province: string
  city: string
  signature: string
  /** Groups only. */
  memberCount?: number
  /** Groups only. */
  isOwner?: boolean
}

/** @param self this account */
export function contactRecord(contact: Contact, self: User): ContactRecord {
  const { puid: id, NickName: name, RemarkName: remark, Alias: alias } = contact
  const { Province: province, City: city, Signature: signature } = contact
  const record = { name, remark, alias, province, city, signature }
  if (contact instanceof Chatroom) {
    const { isOwner, memberList, MemberCount } = contact
    return { id, kind: 'group', ...record, memberCount: memberList.length || MemberCount, isOwner }
  }
  if (contact instanceof MassivePlatform) return { id, kind: 'official', ...record }
  if (contact.UserName === 'filehelper') return { id, kind: 'builtIn', ...record }
  return { id, kind: contact.UserName === self.UserName ? 'self' : 'friend', ...record }
}

export function kindName(kind: ContactRecord['kind']): string {
  return inLanguage(STRINGS).kinds[kind]
}

/** The name that phones show. Groups may have none, and on iLink neither the account nor its owner has one. */
export function shownName({ kind, remark, name }: Pick<ContactRecord, 'kind' | 'remark' | 'name'>): string {
  return remark || name || inLanguage(STRINGS).unnamed[kind]
}

/** The place of a person, or the size of a group. */
export function placeOrSize({ province, city, memberCount }: ContactRecord): string {
  if (memberCount !== undefined) return inLanguage(STRINGS).members(memberCount)
  return [...new Set([province, city])].filter(Boolean).join(' ')
}

/**
 * A contact as one line for people: the name, and what distinguishes the contact from others with a similar name.
 *
 * @param nameColumns width to which the name is padded
 */
export function contactLine(record: ContactRecord, terminal: Terminal, before = '', nameColumns = 0): string {
  const shown = nameOf(record)
  const name = shown + ' '.repeat(Math.max(0, nameColumns - stringWidth(shown)))
  const columns = terminal.columns ?? Number.POSITIVE_INFINITY
  const details = truncate(oneLine(detailsOf(record)), Math.max(0, columns - stringWidth(`${before}${name}  `) - 1))
  return `${before}${terminal.style(name, 'bold')}  ${terminal.style(details, 'dim')}`
}

/** The width that aligns the lines of several contacts; longer names are not aligned. */
export function nameColumnsOf(records: readonly ContactRecord[]): number {
  return Math.max(
    ...records.map((record) => stringWidth(nameOf(record))).filter((width) => width <= MAX_NAME_COLUMNS),
    0,
  )
}

function nameOf(record: ContactRecord): string {
  return oneLine(record.name || shownName(record))
}

function detailsOf(record: ContactRecord): string {
  const { remark, name, alias, kind } = record
  const remarkText = remark && name ? inLanguage(STRINGS).remark(remark) : ''
  return [kindName(kind), remarkText, alias, placeOrSize(record)].filter(Boolean).join(' · ')
}
