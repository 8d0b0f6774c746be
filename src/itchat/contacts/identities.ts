import { randomBytes } from 'node:crypto'
import type { Contact } from '../../contact/contact.js'
import type { Identity } from '../../contact/operations.js'
import { type IdentityEvidence, type Known, matchIdentities, type Traits } from './identity-match.js'

/** Of one account; those not seen longest are forgotten first. */
const MAX_KNOWN = 50_000
const PUID_BYTES = 8

/** What became of somebody's `puid`. */
export interface IdentityNews {
  guessed: { contact: Contact; puid: string; evidence: IdentityEvidence }[]
  corrected: { contact: Contact; puid: string; previous: string }[]
}

/** Somebody of this session, and what was known before it. */
interface Current {
  contact: Contact
  known: Known
  before: Known | undefined
}

/**
 * Who is who across logins. UserNames change at each, so every contact is compared with what was known before; who cannot be
 * told apart gets a new identity.
 */
export class Identities {
  #known = new Set<Known>()
  readonly #current = new Map<string, Current>()
  /** Real ids by UserName: a contact whose Uin is known as a number has no other place for it. */
  readonly #ids = new Map<string, string>()
  /** Whose each permanent id is, once somebody asks: a phone may reveal those of everybody at once. */
  #owners: { uin: Map<string, Known>; id: Map<string, Known> } | undefined
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** What is to be kept. */
  get known(): Known[] {
    return [...this.#known]
  }

  /** Starts a session with what was kept. */
  reset(known: Iterable<Known> = this.#known): void {
    this.#known = new Set(known)
    this.#owners = undefined
    this.#current.clear()
    this.#ids.clear()
  }

  /** Notes the real id behind a UserName. */
  reveal(userName: string, id: string): void {
    this.#ids.set(userName, id)
  }

  /** @returns `undefined` for somebody never settled */
  get(userName: string): Identity | undefined {
    const known = this.#current.get(userName)?.known
    return known && { puid: known.puid, certain: known.certain }
  }

  /** Decides about all of these together, so that look-alikes are noticed; brings up to date who is settled. */
  settle(contacts: Iterable<Contact>): IdentityNews {
    const news: IdentityNews = { guessed: [], corrected: [] }
    const open: (Traits & { contact: Contact })[] = []
    for (const contact of contacts) {
      const current = this.#current.get(contact.UserName)
      if (current) this.#note(current, contact, news)
      else open.push({ ...this.#traitsOf(contact), contact })
    }
    if (open.length === 0) return news
    const taken = new Set([...this.#current.values()].map((current) => current.known))
    const free = [...this.#known].filter((known) => !taken.has(known))
    for (const { now, known, certain, evidence } of matchIdentities(open, free)) {
      const { contact, ...traits } = now
      const current = this.#take(contact, traits, known, certain)
      if (known && !certain && evidence) news.guessed.push({ contact, puid: current.known.puid, evidence })
    }
    this.#forgetOldest()
    return news
  }

  #take(contact: Contact, traits: Traits, known: Known | undefined, certain: boolean): Current {
    const before = known && { ...known }
    const puid = randomBytes(PUID_BYTES).toString('hex')
    const mine: Known = known ?? { ...traits, puid, seenAt: 0, certain, doubt: '' }
    const isGuess = before !== undefined && !certain && before.userName !== traits.userName
    const doubt = isGuess ? doubtAfter(before, traits) : certain ? '' : (before?.doubt ?? '')
    Object.assign(mine, merged(mine, traits), { certain, doubt, seenAt: this.#now() })
    this.#known.add(mine)
    this.#noteOwner(mine)
    const current = { contact, known: mine, before }
    this.#current.set(contact.UserName, current)
    return current
  }

  /** A permanent id that came to light confirms who somebody is taken for, or shows that it is somebody else. */
  #note(current: Current, contact: Contact, news: IdentityNews): void {
    const traits = this.#traitsOf(contact)
    const { known } = current
    current.contact = contact
    const isNew = (traits.uin !== '' && traits.uin !== known.uin) || (traits.id !== '' && traits.id !== known.id)
    const owner = isNew ? this.#otherOwner(traits, known) : undefined
    if (owner || differs(traits, known)) {
      this.#correct(current, traits, owner, news)
      return
    }
    const { before } = current
    const isConfirmed =
      before !== undefined &&
      before.doubt !== 'bound' &&
      (isSame(traits.uin, before.uin) || isSame(traits.id, before.id))
    const certain = known.certain || isConfirmed
    const doubt = certain || known.doubt === '' ? '' : doubtAfter(known, traits)
    Object.assign(known, merged(known, traits), { seenAt: this.#now(), certain, doubt })
    if (isNew) this.#noteOwner(known)
  }

  #correct(current: Current, traits: Traits, owner: Known | undefined, news: IdentityNews): void {
    const previous = current.known.puid
    // What it was mistaken for gets back what was known of it; what was new in this session never was.
    if (current.before) this.#restore(current.known, current.before)
    else {
      this.#known.delete(current.known)
      this.#forgetOwner(current.known)
    }
    const holder = owner && [...this.#current.values()].find((one) => one.known === owner)
    if (holder) {
      const displaced = this.#take(holder.contact, this.#traitsOf(holder.contact), undefined, false)
      if (holder.before) this.#restore(holder.known, holder.before)
      news.corrected.push({ contact: holder.contact, puid: displaced.known.puid, previous: holder.known.puid })
    }
    // An id that came with a guess may be a stranger's: whoever bears it is not for that whom the guess meant.
    const { known } = this.#take(current.contact, traits, owner, owner?.doubt !== 'bound')
    news.corrected.push({ contact: current.contact, puid: known.puid, previous })
  }

  #restore(known: Known, before: Known): void {
    this.#forgetOwner(known)
    Object.assign(known, before)
    this.#noteOwner(known)
  }

  /** To whom else one of these permanent ids belongs. */
  #otherOwner({ uin, id }: Traits, known: Known): Known | undefined {
    if (!this.#owners) {
      this.#owners = { uin: new Map(), id: new Map() }
      for (const known of this.#known) this.#noteOwner(known)
    }
    return [this.#owners.uin.get(uin), this.#owners.id.get(id)].find((owner) => owner !== undefined && owner !== known)
  }

  #noteOwner(known: Known): void {
    if (!this.#owners) return
    for (const trait of ['uin', 'id'] as const) {
      const owners = this.#owners[trait]
      if (known[trait] !== '' && !owners.has(known[trait])) owners.set(known[trait], known)
    }
  }

  #forgetOwner(known: Known): void {
    for (const trait of ['uin', 'id'] as const) {
      if (this.#owners?.[trait].get(known[trait]) === known) this.#owners[trait].delete(known[trait])
    }
  }

  #traitsOf(contact: Contact): Traits {
    const { kind, UserName, Alias, RemarkName, NickName, Uin = '' } = contact
    const isNumber = /^\d+$/.test(Uin)
    return {
      kind,
      userName: UserName,
      uin: isNumber ? Uin : '',
      id: this.#ids.get(UserName) ?? (isNumber ? '' : Uin),
      alias: Alias,
      remark: RemarkName,
      nickName: NickName,
    }
  }

  #forgetOldest(): void {
    if (this.#known.size <= MAX_KNOWN) return
    const latest = [...this.#known].sort((a, b) => b.seenAt - a.seenAt).slice(0, MAX_KNOWN)
    this.#known = new Set(latest)
    this.#owners = undefined
  }
}

/** What people show may be taken back; a permanent id and a WeChat id that are not told this time are not gone. */
function merged(known: Traits, traits: Traits): Traits {
  return { ...traits, uin: traits.uin || known.uin, id: traits.id || known.id, alias: traits.alias || known.alias }
}

/** What is left of a guess: a permanent id that comes to light after it says nothing of whom it was before. */
function doubtAfter(known: Known, { uin, id }: Traits): Known['doubt'] {
  const isNew = (uin !== '' && uin !== known.uin) || (id !== '' && id !== known.id)
  return isNew || known.doubt === 'bound' ? 'bound' : 'guessed'
}

function differs(a: Traits, b: Traits): boolean {
  return (a.uin !== '' && b.uin !== '' && a.uin !== b.uin) || (a.id !== '' && b.id !== '' && a.id !== b.id)
}

function isSame(a: string, b: string): boolean {
  return a !== '' && a === b
}
