import { createRequire } from 'node:module'
import { traitsOf } from '../../contact/base.js'
import { Chatroom, type Contact, MassivePlatform } from '../../contact/contact.js'
import type { ContactBook } from './contact-book.js'

const require = createRequire(import.meta.url)

/** The search keys for a contact, in lower case. */
interface SearchKeys {
  /** The names that the keys were derived from, to detect changes. */
  names: string
  plain: string[]
  pinyin: string[]
}

/** Match ranks, best first. */
const RANK = { whole: 0, beginning: 1, part: 2, pinyinBeginning: 3, pinyinPart: 4 } as const

/** A query for groups or official accounts. */
interface NameQuery {
  userName?: string | undefined
  /** Part of the name. */
  name?: string | undefined
}

/** Searches the contact book by name, WeChat id and pinyin. */
export class ContactSearch {
  readonly #book: ContactBook
  readonly #keys = new WeakMap<Contact, SearchKeys>()

  constructor(book: ContactBook) {
    this.#book = book
  }

  find(text: string): Contact[] {
    const needle = fold(text)
    if (needle === '') return []
    return this.#book
      .all()
      .filter(isListed)
      .flatMap((contact) => {
        const rank = rankOf(this.#keysOf(contact), needle)
        return rank === undefined ? [] : [{ contact, rank }]
      })
      .sort((a, b) => a.rank - b.rank)
      .map(({ contact }) => contact)
  }

  /**
   * With `userName`, returns one group or `undefined`; with `name`, the groups whose nickname contains it. An empty
   * query matches no group.
   */
  chatrooms(query: NameQuery): Chatroom | undefined | Chatroom[] {
    if (!('userName' in query)) return withName(this.#book.chatrooms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof Chatroom ? found : undefined
  }

  /** Like `chatrooms`, but for official accounts. */
  massivePlatforms(query: NameQuery): MassivePlatform | undefined | MassivePlatform[] {
    if (!('userName' in query)) return withName(this.#book.massivePlatforms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof MassivePlatform && this.#book.isFriend(found) ? found : undefined
  }

  #keysOf(contact: Contact): SearchKeys {
    const { RemarkName, NickName, Alias } = contact
    const names = JSON.stringify([RemarkName, NickName, Alias])
    const known = this.#keys.get(contact)
    if (known?.names === names) return known
    const keys = {
      names,
      plain: [RemarkName, NickName, Alias].map(fold).filter(Boolean),
      pinyin: [...new Set([RemarkName, NickName].flatMap(pinyinOf))],
    }
    this.#keys.set(contact, keys)
    return keys
  }
}

/** Whether searches include a contact. Strangers are known, but not in the address book. */
function isListed(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return contact instanceof Chatroom || isBuiltIn || isListed
}

function rankOf({ plain, pinyin: romanized }: SearchKeys, needle: string): number | undefined {
  if (plain.includes(needle)) return RANK.whole
  if (plain.some((name) => name.startsWith(needle))) return RANK.beginning
  if (plain.some((name) => name.includes(needle))) return RANK.part
  if (romanized.some((name) => name.startsWith(needle))) return RANK.pinyinBeginning
  if (romanized.some((name) => name.includes(needle))) return RANK.pinyinPart
  return undefined
}

/**
 * Returns the pinyin of a name, both in full and as initials. The name is read with and without a surname at the
 * beginning: 曾 is read Zeng as a surname, otherwise Ceng.
 */
function pinyinOf(name: string): string[] {
  if (!/\p{Script=Han}/u.test(name)) return []
  // Loaded by the first search, because loading the dictionary takes a considerable part of the startup time of a program.
  const { pinyin }: typeof import('pinyin-pro') = require('pinyin-pro')
  return (['head', 'off'] as const).flatMap((surname) => {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true, surname })
    return [fold(syllables.join('')), fold(syllables.map((syllable) => syllable.charAt(0)).join(''))]
  })
}

/** Converts text to lower case and removes whitespace. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

function withName<T extends Contact>(contacts: Iterable<T>, name: string | undefined): T[] {
  const found: T[] = []
  if (name) for (const contact of contacts) if (contact.NickName.includes(name)) found.push(contact)
  return found
}
