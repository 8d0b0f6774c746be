import type { Contact } from '../../contact/contact.js'
import { FieldIndex } from '../../util/field-index.js'

/** The known traits of a contact; unknown ones are `''`. */
export interface Traits {
  kind: Contact['kind']
  userName: string
  /** Decimal digits. Unique to one contact. */
  uin: string
  /** The real id, such as `wxid_…`. Unique to one contact. */
  id: string
  alias: string
  remark: string
  nickName: string
}

/** An identity: a `puid` with the last known traits of its contact. */
export interface Known extends Traits {
  puid: string
  /** When the contact was last seen, in epoch ms. */
  seenAt: number
  /** Whether the latest match is certain. */
  certain: boolean
  /** The doubt that remains from an earlier guess that was never confirmed. */
  doubt: Doubt
  /** Whether the contact was outside the address book when last seen; absent if not recorded. */
  stranger?: boolean | undefined
}

/**
 * `'guessed'`: the permanent ids were known before the guess and can confirm it. `'bound'`: some were revealed after it
 * and may belong to another contact.
 */
type Doubt = '' | 'guessed' | 'bound'

/** The evidence for a guess. */
export interface IdentityEvidence {
  /** The traits that have not changed. */
  same: readonly ('alias' | 'remark' | 'nickName')[]
  before: Pick<Traits, 'alias' | 'remark' | 'nickName'>
  now: Pick<Traits, 'alias' | 'remark' | 'nickName'>
}

type Trait = Exclude<keyof Traits, 'kind'>

/**
 * Traits to match by, strongest first. UserNames are random, so equal UserNames mean the same session or a built-in
 * account. Remarks are set by this account, so a match by a remark and a second trait is certain. Contacts choose their
 * other traits themselves, so they can copy those of other contacts.
 */
const RANKS: readonly { by: readonly Trait[]; certain: boolean }[] = [
  { by: ['userName'], certain: true },
  { by: ['uin'], certain: true },
  { by: ['id'], certain: true },
  { by: ['remark', 'alias'], certain: true },
  { by: ['remark', 'nickName'], certain: true },
  { by: ['alias'], certain: false },
  { by: ['remark'], certain: false },
  { by: ['nickName'], certain: false },
]

const CHOSEN = ['alias', 'remark', 'nickName'] as const

interface Match<T extends Traits> {
  now: T
  /** Absent if there was no candidate or more than one. */
  known?: Known
  certain: boolean
  evidence?: IdentityEvidence
}

const TRAITS = [...new Set(RANKS.flatMap(({ by }) => by))]

/** An index by trait of the identities that have not been matched in this session. */
export class KnownIndex {
  readonly #byTrait = new Map(TRAITS.map((trait) => [trait, new FieldIndex<Known>()]))

  /** Traits must not change between `add` and `remove`. */
  add(known: Known): void {
    for (const trait of TRAITS) this.#byTrait.get(trait)?.add(keyOf(known, trait), known)
  }

  remove(known: Known): void {
    for (const trait of TRAITS) this.#byTrait.get(trait)?.remove(keyOf(known, trait), known)
  }

  clear(): void {
    for (const index of this.#byTrait.values()) index.clear()
  }

  /**
   * Finds identities with the same traits as `now`. Returns at most two, because two already make a match ambiguous.
   */
  find(now: Traits, by: readonly Trait[]): Known[] {
    const [first, ...others] = by
    const found: Known[] = []
    if (first === undefined) return found
    for (const known of this.#byTrait.get(first)?.each(keyOf(now, first)) ?? []) {
      if (others.some((trait) => known[trait] !== now[trait])) continue
      if (found.push(known) === 2) break
    }
    return found
  }
}

function keyOf(traits: Traits, trait: Trait): string {
  return traits[trait] === '' ? '' : `${traits.kind} ${traits[trait]}`
}

/**
 * Matches contacts with identities in `free`, and removes the matched identities from it. Ambiguous contacts stay
 * unmatched. The cost grows with the number of contacts, not with the number of identities.
 */
export function matchIdentities<T extends Traits>(contacts: readonly T[], free: KnownIndex): Match<T>[] {
  const matches: Match<T>[] = []
  const open = new Set(contacts)
  const wasAmbiguous = new Set<T>()
  for (const { by, certain } of RANKS) {
    for (const group of groupBy(open, by)) {
      const [now] = group
      const before = free.find(now, by)
      const old = before[0]
      if (!old) continue
      if (group.length > 1 || before.length > 1) {
        for (const contact of group) wasAmbiguous.add(contact)
        continue
      }
      if (contradict(now, old)) continue
      const otherAlias = differ(now.alias, old.alias)
      // A different WeChat id means a different contact, unless two other traits match.
      if (otherAlias && by.length === 1 && CHOSEN.some((trait) => trait === by[0])) continue
      open.delete(now)
      free.remove(old)
      const isSure = certain && isSureOf(old, by) && !(otherAlias && by.includes('remark'))
      matches.push({ now, known: old, certain: isSure, evidence: evidenceOf(now, old) })
    }
  }
  for (const now of open) matches.push({ now, certain: !wasAmbiguous.has(now) })
  return matches
}

/**
 * Whether a match is certain. A match based on an earlier guess is still a guess, no matter how well the traits match.
 */
function isSureOf({ certain, doubt }: Known, by: readonly Trait[]): boolean {
  if (by.includes('userName')) return certain
  return by.includes('uin') || by.includes('id') ? doubt !== 'bound' : doubt === ''
}

/** Whether the traits belong to different contacts because their permanent ids differ. */
export function contradict(now: Traits, old: Traits): boolean {
  return differ(now.uin, old.uin) || differ(now.id, old.id)
}

function differ(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b
}

function groupBy<T extends Traits>(all: Iterable<T>, by: readonly Trait[]): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const traits of all) {
    if (by.some((trait) => traits[trait] === '')) continue
    const key = JSON.stringify([traits.kind, ...by.map((trait) => traits[trait])])
    const group = groups.get(key)
    if (group) group.push(traits)
    else groups.set(key, [traits])
  }
  return [...groups.values()]
}

function evidenceOf(now: Traits, old: Traits): IdentityEvidence {
  const pick = ({ alias, remark, nickName }: Traits) => ({ alias, remark, nickName })
  return {
    same: CHOSEN.filter((trait) => now[trait] !== '' && now[trait] === old[trait]),
    before: pick(old),
    now: pick(now),
  }
}

/**
 * Merges new traits into an identity. A permanent id or WeChat id that is missing from the new traits keeps its value;
 * other traits may be cleared.
 */
export function merged(known: Traits, traits: Traits): Traits {
  return { ...traits, uin: traits.uin || known.uin, id: traits.id || known.id, alias: traits.alias || known.alias }
}

/** The doubt after a guess. A permanent id that was revealed later does not identify the earlier contact. */
export function doubtAfter(known: Known, { uin, id }: Traits): Known['doubt'] {
  const isNew = (uin !== '' && uin !== known.uin) || (id !== '' && id !== known.id)
  return isNew || known.doubt === 'bound' ? 'bound' : 'guessed'
}

export function isSame(a: string, b: string): boolean {
  return a !== '' && a === b
}
