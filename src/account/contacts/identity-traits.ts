import type { Known, Traits } from './identity-match.js'

/** What people show may be taken back; a permanent id and a WeChat id that are missing this time still hold. */
export function merged(known: Traits, traits: Traits): Traits {
  return { ...traits, uin: traits.uin || known.uin, id: traits.id || known.id, alias: traits.alias || known.alias }
}

/** What is left of a guess: a permanent id that comes to light after it says nothing of whom it was before. */
export function doubtAfter(known: Known, { uin, id }: Traits): Known['doubt'] {
  const isNew = (uin !== '' && uin !== known.uin) || (id !== '' && id !== known.id)
  return isNew || known.doubt === 'bound' ? 'bound' : 'guessed'
}

export function differs(a: Traits, b: Traits): boolean {
  return (a.uin !== '' && b.uin !== '' && a.uin !== b.uin) || (a.id !== '' && b.id !== '' && a.id !== b.id)
}

export function isSame(a: string, b: string): boolean {
  return a !== '' && a === b
}
