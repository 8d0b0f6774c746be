import { pinyin } from 'pinyin-pro'
import { traitsOf } from '../../contact/base.js'
import { Chatroom, type Contact, MassivePlatform } from '../../contact/contact.js'
import type { ContactBook } from './contact-book.js'

/** What somebody can be found by, in lower case. */
interface Card {
  /** What it was made of: names change. */
  names: string
  plain: string[]
  pinyin: string[]
}

/** Best first. */
const RANK = { whole: 0, beginning: 1, part: 2, pinyinBeginning: 3, pinyinPart: 4 } as const

/** What to look groups and official accounts up by. */
interface NameQuery {
  userName?: string | undefined
  /** A part of the name. */
  name?: string | undefined
}

/** Finds people as a contact book does. */
export class ContactSearch {
  readonly #book: ContactBook
  readonly #cards = new WeakMap<Contact, Card>()

  constructor(book: ContactBook) {
    this.#book = book
  }

  find(text: string): Contact[] {
    const wanted = fold(text)
    if (wanted === '') return []
    return this.#book
      .all()
      .filter(isListed)
      .flatMap((contact) => {
        const rank = rankOf(this.#cardOf(contact), wanted)
        return rank === undefined ? [] : [{ contact, rank }]
      })
      .sort((a, b) => a.rank - b.rank)
      .map(({ contact }) => contact)
  }

  /** By `userName` one or `undefined`; by `name` those whose nickname contains it; an empty query finds none. */
  chatrooms(query: NameQuery): Chatroom | undefined | Chatroom[] {
    if (!('userName' in query)) return named(this.#book.chatrooms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof Chatroom ? found : undefined
  }

  /** As `chatrooms`, among the official accounts. */
  massivePlatforms(query: NameQuery): MassivePlatform | undefined | MassivePlatform[] {
    if (!('userName' in query)) return named(this.#book.massivePlatforms(), query.name)
    const found = this.#book.get(query.userName ?? '')
    return found instanceof MassivePlatform && this.#book.isFriend(found) ? found : undefined
  }

  #cardOf(contact: Contact): Card {
    const { RemarkName, NickName, Alias } = contact
    const names = JSON.stringify([RemarkName, NickName, Alias])
    const known = this.#cards.get(contact)
    if (known?.names === names) return known
    const card = {
      names,
      plain: [RemarkName, NickName, Alias].map(fold).filter(Boolean),
      pinyin: [...new Set([RemarkName, NickName].flatMap(addPythonNames))],
    }
    this.#cards.set(contact, card)
    return card
  }
}

/** Strangers are known, but are not part of a contact book. */
function isListed(contact: Contact): boolean {
  const { isListed, isBuiltIn } = traitsOf(contact)
  return contact instanceof Chatroom || isBuiltIn || isListed
}

function rankOf({ plain, pinyin: caseAliased }: Card, wanted: string): number | undefined {
  if (plain.includes(wanted)) return RANK.whole
  if (plain.some((name) => name.startsWith(wanted))) return RANK.beginning
  if (plain.some((name) => name.includes(wanted))) return RANK.part
  if (caseAliased.some((name) => name.startsWith(wanted))) return RANK.pinyinBeginning
  if (caseAliased.some((name) => name.includes(wanted))) return RANK.pinyinPart
  return undefined
}

/** The whole pinyin and its initials, as a name and as any other word: 曾 is read Zeng in one, Ceng in the other. */
function addPythonNames(name: string): string[] {
  if (!/\p{Script=Han}/u.test(name)) return []
  return (['head', 'off'] as const).flatMap((surname) => {
    const syllables = pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true, surname })
    return [fold(syllables.join('')), fold(syllables.map((syllable) => syllable.charAt(0)).join(''))]
  })
}

/** Case and spaces do not matter. */
function fold(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '')
}

function named<T extends Contact>(among: Iterable<T>, name: string | undefined): T[] {
  const found: T[] = []
  if (name) for (const contact of among) if (contact.NickName.includes(name)) found.push(contact)
  return found
}
