import type { Contact } from '../../contact/contact.js'
import { FieldIndex } from '../../util/field-index.js'

/** What is known of somebody; a text that is not known is `''`. */
export interface Traits {
  kind: Contact['kind']
  userName: string
  /** Digits. Never another's. */
  uin: string
  /** The real id, such as `wxid_…`. Never another's. */
  id: string
  alias: string
  remark: string
  nickName: string
}

/** Somebody of whom a `puid` was given out. */
export interface Known extends Traits {
  puid: string
  /** Epoch ms. */
  seenAt: number
  /** The last word on whether it is who it was taken for. */
  certain: boolean
  /** What a guess in its past, never confirmed, still means. */
  doubt: Doubt
  /** Was outside the address book when seen last. Absent: not recorded. */
  stranger?: boolean | undefined
}

/** `'guessed'`: permanent ids known of it are from before the guess, and settle it; `'bound'`: they may be those of a stranger. */
type Doubt = '' | 'guessed' | 'bound'

/** What a guess rests on. */
export interface IdentityEvidence {
  /** What is the same as before. */
  same: readonly ('alias' | 'remark' | 'nickName')[]
  before: Pick<Traits, 'alias' | 'remark' | 'nickName'>
  now: Pick<Traits, 'alias' | 'remark' | 'nickName'>
}

type Trait = Exclude<keyof Traits, 'kind'>

/**
 * What to go by, the strongest first. UserNames are random, so the same one is the same session, or a built-in account. A
 * remark is this account's own word, and with a second trait it is sure; what is left people choose for themselves, and
 * anybody can choose the same.
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
  /** Absent: no candidate, or several. */
  known?: Known
  certain: boolean
  evidence?: IdentityEvidence
}

const TRAITS = [...new Set(RANKS.flatMap(({ by }) => by))]

/** Identities that are not matched in this session, by each trait. */
export class KnownIndex {
  readonly #byTrait = new Map(TRAITS.map((trait) => [trait, new FieldIndex<Known>()]))

  /** Its traits must not change before it is removed. */
  add(known: Known): void {
    for (const trait of TRAITS) this.#byTrait.get(trait)?.add(keyOf(known, trait), known)
  }

  remove(known: Known): void {
    for (const trait of TRAITS) this.#byTrait.get(trait)?.remove(keyOf(known, trait), known)
  }

  clear(): void {
    for (const index of this.#byTrait.values()) index.clear()
  }

  /** Those with the same traits as `now`; two are as good as many. */
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
 * Matches people with `free` identities and removes the matched ones from it. Ambiguous ones stay unmatched. Cost grows with
 * the number of people, not with the number of identities.
 */
export function matchIdentities<T extends Traits>(people: readonly T[], free: KnownIndex): Match<T>[] {
  const matches: Match<T>[] = []
  const open = new Set(people)
  const wasAmbiguous = new Set<T>()
  for (const { by, certain } of RANKS) {
    for (const group of groupBy(open, by)) {
      const [now] = group
      const before = free.find(now, by)
      const old = before[0]
      if (!old) continue
      if (group.length > 1 || before.length > 1) {
        for (const one of group) wasAmbiguous.add(one)
        continue
      }
      if (contradict(now, old)) continue
      const otherAlias = differ(now.alias, old.alias)
      // Another WeChat id is another person, unless more than one other trait speaks against it.
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

/** What rests on a guess is a guess, however well it matches. */
function isSureOf({ certain, doubt }: Known, by: readonly Trait[]): boolean {
  if (by.includes('userName')) return certain
  return by.includes('uin') || by.includes('id') ? doubt !== 'bound' : doubt === ''
}

/** Two permanent ids that differ are two people. */
export function contradict(now: Traits, old: Traits): boolean {
  return differ(now.uin, old.uin) || differ(now.id, old.id)
}

function differ(a: string, b: string): boolean {
  return a !== '' && b !== '' && a !== b
}

function groupBy<T extends Traits>(all: Iterable<T>, by: readonly Trait[]): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const one of all) {
    if (by.some((trait) => one[trait] === '')) continue
    const key = JSON.stringify([one.kind, ...by.map((trait) => one[trait])])
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
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

/** What people show may be taken back; a permanent id and a WeChat id that are not told this time are not gone. */
export function merged(known: Traits, traits: Traits): Traits {
  return { ...traits, uin: traits.uin || known.uin, id: traits.id || known.id, alias: traits.alias || known.alias }
}

/** What is left of a guess: a permanent id that comes to light after it says nothing of whom it was before. */
export function doubtAfter(known: Known, { uin, id }: Traits): Known['doubt'] {
  const isNew = (uin !== '' && uin !== known.uin) || (id !== '' && id !== known.id)
  return isNew || known.doubt === 'bound' ? 'bound' : 'guessed'
}

export function isSame(a: string, b: string): boolean {
  return a !== '' && a === b
}
