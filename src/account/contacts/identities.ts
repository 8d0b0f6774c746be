import { randomBytes } from 'node:crypto'
import { traitsOf } from '../../contact/base.js'
import type { Contact } from '../../contact/contact.js'
import type { Identity } from '../../contact/operations.js'
import { RecentMap } from '../../util/recent-map.js'
import {
  contradict,
  doubtAfter,
  type IdentityEvidence,
  isSame,
  type Known,
  KnownIndex,
  matchIdentities,
  merged,
  type Traits,
} from './identity-match.js'

/** Of one account, and of it those outside the address book; those not seen longest are forgotten first. */
const MAX_KNOWN = 50_000
const MAX_STRANGERS = 10_000
const PUID_BYTES = 8

/** Resolution of `seenAt` on disk. */
const SEEN_AT_STEP_MS = 24 * 60 * 60 * 1_000

/** What became of somebody's `puid`. */
interface IdentityEvents {
  guessed: { contact: Contact; puid: string; evidence: IdentityEvidence }[]
  corrected: { contact: Contact; puid: string; previous: string }[]
}

/** What is different from what was recorded last. */
export interface IdentityChanges {
  changed: Set<Known>
  /** `puid`s that are no longer in use. */
  dropped: Set<string>
}

/** Somebody of this session, and what was known before it. */
interface Current {
  contact: Contact
  known: Known
  before: Known | undefined
}

/**
 * Who is who across logins. UserNames change at each, so every contact is compared with what was known before; who cannot be
 * told apart gets a new identity. Cost grows with the contacts that are passed in, not with those that are known.
 */
export class Identities {
  #known = new Set<Known>()
  /** Those of `#known` that may be forgotten, the one seen longest ago first. */
  readonly #strangers = new Set<Known>()
  readonly #current = new Map<string, Current>()
  readonly #currentOf = new Map<Known, Current>()
  /** Those of `#known` that are not matched in this session. */
  readonly #free = new KnownIndex()
  /** Real ids by UserName: a contact whose permanent id is known as a number has no other place for it. */
  readonly #ids = new RecentMap<string>(MAX_KNOWN)
  /** Whose each permanent id is; made at first use, as a phone may reveal all of them at once. */
  #owners: { uin: Map<string, Known>; id: Map<string, Known> } | undefined
  #changes: IdentityChanges = { changed: new Set(), dropped: new Set() }
  readonly #now: () => number
  readonly #isStranger: (contact: Contact) => boolean

  constructor(now: () => number, isStranger: (contact: Contact) => boolean = () => false) {
    this.#now = now
    this.#isStranger = isStranger
  }

  /** What is to be kept. */
  get known(): Known[] {
    return [...this.#known]
  }

  /** What changed since the last call. */
  takeChanges(): IdentityChanges {
    const changes = this.#changes
    this.#changes = { changed: new Set(), dropped: new Set() }
    return changes
  }

  /** Starts a session with what was kept. */
  reset(kept: Iterable<Known> = this.#known): void {
    const known = [...kept].sort((a, b) => a.seenAt - b.seenAt).slice(-MAX_KNOWN)
    this.#known = new Set(known)
    this.#owners = undefined
    for (const map of [this.#current, this.#currentOf, this.#ids, this.#free, this.#strangers]) map.clear()
    this.takeChanges()
    for (const one of known) {
      this.#free.add(one)
      // Who was recorded without it may be a friend: that shows before anybody is forgotten.
      if (one.stranger !== false) this.#strangers.add(one)
    }
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

  /** A contact is not kept any more; who it was is known when it comes back. */
  release({ UserName }: Contact): void {
    const current = this.#current.get(UserName)
    if (!current) return
    this.#current.delete(UserName)
    this.#ids.delete(UserName)
    this.#currentOf.delete(current.known)
    this.#free.add(current.known)
  }

  /** Decides about all of these together, so that look-alikes are noticed; brings up to date who is settled. */
  settle(contacts: Iterable<Contact>): IdentityEvents {
    const events: IdentityEvents = { guessed: [], corrected: [] }
    const open: (Traits & { contact: Contact })[] = []
    for (const contact of contacts) {
      const current = this.#current.get(contact.UserName)
      if (current) this.#note(current, contact, events)
      else open.push({ ...this.#traitsOf(contact), contact })
    }
    for (const { now, known, certain, evidence } of matchIdentities(open, this.#free)) {
      const { contact, ...traits } = now
      const current = this.#take(contact, traits, known, certain)
      if (known && !certain && evidence) events.guessed.push({ contact, puid: current.known.puid, evidence })
    }
    this.#forgetOldest()
    return events
  }

  #take(contact: Contact, traits: Traits, known: Known | undefined, certain: boolean): Current {
    const before = known && { ...known }
    const puid = randomBytes(PUID_BYTES).toString('hex')
    const mine: Known = known ?? { ...traits, puid, seenAt: 0, certain, doubt: '' }
    const isGuess = before !== undefined && !certain && before.userName !== traits.userName
    const doubt = isGuess ? doubtAfter(before, traits) : certain ? '' : (before?.doubt ?? '')
    this.#free.remove(mine)
    this.#update(mine, contact, { ...merged(mine, traits), certain, doubt })
    this.#known.add(mine)
    this.#noteOwner(mine)
    const current = { contact, known: mine, before }
    this.#current.set(contact.UserName, current)
    this.#currentOf.set(mine, current)
    return current
  }

  /** A permanent id that came to light confirms who somebody is taken for, or shows that it is somebody else. */
  #note(current: Current, contact: Contact, events: IdentityEvents): void {
    const traits = this.#traitsOf(contact)
    const { known } = current
    current.contact = contact
    const isNew = (traits.uin !== '' && traits.uin !== known.uin) || (traits.id !== '' && traits.id !== known.id)
    const owner = isNew ? this.#otherOwner(traits, known) : undefined
    if (owner || contradict(traits, known)) {
      this.#correct(current, traits, owner, events)
      return
    }
    const { before } = current
    const isConfirmed =
      before !== undefined &&
      before.doubt !== 'bound' &&
      (isSame(traits.uin, before.uin) || isSame(traits.id, before.id))
    const certain = known.certain || isConfirmed
    const doubt = certain || known.doubt === '' ? '' : doubtAfter(known, traits)
    this.#update(known, contact, { ...merged(known, traits), certain, doubt })
    if (isNew) this.#noteOwner(known)
  }

  #correct(current: Current, traits: Traits, owner: Known | undefined, events: IdentityEvents): void {
    const previous = current.known.puid
    this.#currentOf.delete(current.known)
    // What it was mistaken for gets back what was known of it; what was new in this session never was.
    if (current.before) this.#restore(current.known, current.before)
    else this.#drop(current.known)
    const holder = owner && this.#currentOf.get(owner)
    if (holder) {
      const displaced = this.#take(holder.contact, this.#traitsOf(holder.contact), undefined, false)
      if (holder.before) this.#restore(holder.known, holder.before)
      events.corrected.push({ contact: holder.contact, puid: displaced.known.puid, previous: holder.known.puid })
    }
    // An id that came with a guess may be a stranger's: the id may belong to someone else than the guess meant.
    const { known } = this.#take(current.contact, traits, owner, owner?.doubt !== 'bound')
    events.corrected.push({ contact: current.contact, puid: known.puid, previous })
  }

  #update(known: Known, contact: Contact, values: Traits & Pick<Known, 'certain' | 'doubt'>): void {
    const seenAt = this.#now()
    const stranger = this.#isStranger(contact)
    const isOld = Math.abs(seenAt - known.seenAt) >= SEEN_AT_STEP_MS
    const isOther = isOld || known.stranger !== stranger || !this.#known.has(known)
    const keys = Object.keys(values) as (keyof typeof values)[]
    if (isOther || keys.some((key) => known[key] !== values[key])) this.#changes.changed.add(known)
    Object.assign(known, values, { seenAt, stranger })
    this.#strangers.delete(known)
    if (stranger) this.#strangers.add(known)
  }

  /** It is free again, as it was. */
  #restore(known: Known, before: Known): void {
    this.#forgetOwner(known)
    Object.assign(known, before)
    this.#noteOwner(known)
    this.#free.add(known)
    this.#changes.changed.add(known)
  }

  #drop(known: Known): void {
    this.#known.delete(known)
    this.#strangers.delete(known)
    this.#forgetOwner(known)
    this.#free.remove(known)
    this.#changes.changed.delete(known)
    this.#changes.dropped.add(known.puid)
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
    const { kind, UserName, Alias, RemarkName, NickName } = contact
    const { permanentId = '' } = traitsOf(contact)
    const isNumber = /^\d+$/.test(permanentId)
    return {
      kind,
      userName: UserName,
      uin: isNumber ? permanentId : '',
      id: this.#ids.get(UserName) ?? (isNumber ? '' : permanentId),
      alias: Alias,
      remark: RemarkName,
      nickName: NickName,
    }
  }

  #forgetOldest(): void {
    for (const known of this.#strangers) {
      if (this.#strangers.size <= MAX_STRANGERS) return
      const current = this.#currentOf.get(known)
      if (current) this.#current.delete(current.contact.UserName)
      this.#currentOf.delete(known)
      this.#drop(known)
    }
  }
}
