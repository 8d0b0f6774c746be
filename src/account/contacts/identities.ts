import { randomUUID } from 'node:crypto'
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

/** Limits per account: for all identities, and for strangers only. The least recently seen are dropped first. */
const MAX_KNOWN = 50_000
const MAX_STRANGERS = 10_000

/** Resolution of `seenAt` on disk. */
const SEEN_AT_STEP_MS = 24 * 60 * 60 * 1_000

/** The `puid`s that were guessed or corrected by a match. */
interface IdentityEvents {
  guessed: { contact: Contact; puid: string; evidence: IdentityEvidence }[]
  corrected: { contact: Contact; puid: string; previous: string }[]
}

/** Changes since the previous call to `takeChanges`. */
export interface IdentityChanges {
  changed: Set<Known>
  /** `puid`s that are no longer in use. */
  dropped: Set<string>
}

/** A contact in this session, its identity, and a copy of the identity from before the match. */
interface Current {
  contact: Contact
  known: Known
  before: Known | undefined
}

/**
 * Identifies contacts across logins. UserNames change at each login, so every contact is compared with the known
 * identities; an ambiguous contact is assigned a new identity. The cost grows with the number of contacts passed in,
 * not with the number of known identities.
 */
export class Identities {
  #known = new Set<Known>()
  /** The identities in `#known` that may be dropped, least recently seen first. */
  readonly #strangers = new Set<Known>()
  readonly #current = new Map<string, Current>()
  readonly #currentOf = new Map<Known, Current>()
  /** The identities in `#known` that have not been matched in this session. */
  readonly #free = new KnownIndex()
  /** Real ids by UserName. A contact object stores only one permanent id, which may be the Uin. */
  readonly #ids = new RecentMap<string>(MAX_KNOWN)
  /** Identities by permanent id; built on first use. Keeps lookups fast when the phone reveals many ids at once. */
  #owners: { uin: Map<string, Known>; id: Map<string, Known> } | undefined
  #changes: IdentityChanges = { changed: new Set(), dropped: new Set() }
  readonly #now: () => number
  readonly #isStranger: (contact: Contact) => boolean

  constructor(now: () => number, isStranger: (contact: Contact) => boolean = () => false) {
    this.#now = now
    this.#isStranger = isStranger
  }

  /** All identities, for saving. */
  get known(): Known[] {
    return [...this.#known]
  }

  get isEmpty(): boolean {
    return this.#known.size === 0
  }

  /** Returns the changes since the last call. */
  takeChanges(): IdentityChanges {
    const changes = this.#changes
    this.#changes = { changed: new Set(), dropped: new Set() }
    return changes
  }

  /** Starts a session with the saved identities. */
  reset(saved: Iterable<Known> = this.#known): void {
    const known = [...saved].sort((a, b) => a.seenAt - b.seenAt).slice(-MAX_KNOWN)
    this.#known = new Set(known)
    this.#owners = undefined
    for (const map of [this.#current, this.#currentOf, this.#ids, this.#free, this.#strangers]) map.clear()
    this.takeChanges()
    for (const identity of known) {
      this.#free.add(identity)
      // An identity without the flag may be a friend; `settle` sets the flag before any identity is dropped.
      if (identity.stranger !== false) this.#strangers.add(identity)
    }
  }

  /** Records the real id for a UserName. */
  reveal(userName: string, id: string): void {
    this.#ids.set(userName, id)
  }

  /** @returns `undefined` for a contact that has not been settled */
  get(userName: string): Identity | undefined {
    const known = this.#current.get(userName)?.known
    return known && { puid: known.puid, certain: known.certain }
  }

  /** Releases the identity of an evicted contact, so that it can be matched again if the contact returns. */
  release({ UserName }: Contact): void {
    const current = this.#current.get(UserName)
    if (!current) return
    this.#current.delete(UserName)
    this.#ids.delete(UserName)
    this.#currentOf.delete(current.known)
    this.#free.add(current.known)
  }

  /**
   * Matches all new contacts together, so that look-alikes are detected, and updates contacts that are already matched.
   */
  settle(contacts: Iterable<Contact>): IdentityEvents {
    const events: IdentityEvents = { guessed: [], corrected: [] }
    const open: (Traits & { contact: Contact })[] = []
    for (const contact of contacts) {
      const current = this.#current.get(contact.UserName)
      if (current) this.#revise(current, contact, events)
      else open.push({ ...this.#traitsOf(contact), contact })
    }
    for (const { now, known, certain, evidence } of matchIdentities(open, this.#free)) {
      const { contact, ...traits } = now
      const current = this.#assign(contact, traits, known, certain)
      if (known && !certain && evidence) events.guessed.push({ contact, puid: current.known.puid, evidence })
    }
    this.#dropOldest()
    return events
  }

  #assign(contact: Contact, traits: Traits, known: Known | undefined, certain: boolean): Current {
    const before = known && { ...known }
    const puid = newPuid()
    const identity: Known = known ?? { ...traits, puid, seenAt: 0, certain, doubt: '' }
    const isGuess = before !== undefined && !certain && before.userName !== traits.userName
    const doubt = isGuess ? doubtAfter(before, traits) : certain ? '' : (before?.doubt ?? '')
    this.#free.remove(identity)
    this.#update(identity, contact, { ...merged(identity, traits), certain, doubt })
    this.#known.add(identity)
    this.#addOwner(identity)
    const current = { contact, known: identity, before }
    this.#current.set(contact.UserName, current)
    this.#currentOf.set(identity, current)
    return current
  }

  /** Updates the identity of a matched contact. A permanent id revealed since the match confirms or corrects it. */
  #revise(current: Current, contact: Contact, events: IdentityEvents): void {
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
    if (isNew) this.#addOwner(known)
  }

  #correct(current: Current, traits: Traits, owner: Known | undefined, events: IdentityEvents): void {
    const previous = current.known.puid
    this.#currentOf.delete(current.known)
    // A wrongly assigned identity is restored to its previous state, or dropped if it was created in this session.
    if (current.before) this.#restore(current.known, current.before)
    else this.#drop(current.known)
    const holder = owner && this.#currentOf.get(owner)
    if (holder) {
      const displaced = this.#assign(holder.contact, this.#traitsOf(holder.contact), undefined, false)
      if (holder.before) this.#restore(holder.known, holder.before)
      events.corrected.push({ contact: holder.contact, puid: displaced.known.puid, previous: holder.known.puid })
    }
    // An id recorded while a guess was in effect may belong to a different contact.
    const { known } = this.#assign(current.contact, traits, owner, owner?.doubt !== 'bound')
    events.corrected.push({ contact: current.contact, puid: known.puid, previous })
  }

  #update(known: Known, contact: Contact, values: Traits & Pick<Known, 'certain' | 'doubt'>): void {
    const seenAt = this.#now()
    const stranger = this.#isStranger(contact)
    const isOld = Math.abs(seenAt - known.seenAt) >= SEEN_AT_STEP_MS
    const mustSave = isOld || known.stranger !== stranger || !this.#known.has(known)
    const keys = Object.keys(values) as (keyof typeof values)[]
    if (mustSave || keys.some((key) => known[key] !== values[key])) this.#changes.changed.add(known)
    Object.assign(known, values, { seenAt, stranger })
    this.#strangers.delete(known)
    if (stranger) this.#strangers.add(known)
  }

  /** Restores the previous state of an identity and makes it available for matching. */
  #restore(known: Known, before: Known): void {
    this.#removeOwner(known)
    Object.assign(known, before)
    this.#addOwner(known)
    this.#free.add(known)
    this.#changes.changed.add(known)
  }

  #drop(known: Known): void {
    this.#known.delete(known)
    this.#strangers.delete(known)
    this.#removeOwner(known)
    this.#free.remove(known)
    this.#changes.changed.delete(known)
    this.#changes.dropped.add(known.puid)
  }

  /** Another identity with one of these permanent ids. */
  #otherOwner({ uin, id }: Traits, known: Known): Known | undefined {
    if (!this.#owners) {
      this.#owners = { uin: new Map(), id: new Map() }
      for (const known of this.#known) this.#addOwner(known)
    }
    return [this.#owners.uin.get(uin), this.#owners.id.get(id)].find((owner) => owner !== undefined && owner !== known)
  }

  #addOwner(known: Known): void {
    if (!this.#owners) return
    for (const trait of ['uin', 'id'] as const) {
      const owners = this.#owners[trait]
      if (known[trait] !== '' && !owners.has(known[trait])) owners.set(known[trait], known)
    }
  }

  #removeOwner(known: Known): void {
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

  #dropOldest(): void {
    for (const known of this.#strangers) {
      if (this.#strangers.size <= MAX_STRANGERS) return
      const current = this.#currentOf.get(known)
      if (current) this.#current.delete(current.contact.UserName)
      this.#currentOf.delete(known)
      this.#drop(known)
    }
  }
}

/** Sixteen random hexadecimal digits. A UUID costs much less than random bytes, as Node generates many at once. */
function newPuid(): string {
  const uuid = randomUUID()
  return uuid.slice(0, 8) + uuid.slice(-8)
}
