import { DEFAULT_WORLD } from './default-world.js'
import { ENGLISH_WORLD } from './english-world.js'
import type { Language } from './language.js'
import type { PersonSpec, WorldSpec } from './spec.js'

/** The owners of the second and the following accounts. */
const OWNERS: Readonly<Record<Language, readonly PersonSpec[]>> = {
  zh: [
    {
      name: '洛一川',
      id: 'wxid_luoyichuan05',
      alias: 'yichuan_luo',
      sex: 1,
      province: '四川',
      city: '成都',
      signature: '山高水长',
      initials: 'LYC',
      pinyin: 'luoyichuan',
    },
    { name: '简宁', id: 'wxid_jianning0000', sex: 2, city: '南京', initials: 'JN', pinyin: 'jianning' },
    { name: '白景行', id: 'wxid_baijingxing0', sex: 1, city: '西安', initials: 'BJX', pinyin: 'baijingxing' },
  ],
  en: [
    {
      name: 'Robin Hale',
      id: 'wxid_robinhale0000',
      alias: 'robin_hale',
      sex: 2,
      city: 'Leeds',
      signature: 'One step at a time',
    },
    { name: 'Casey Morgan', id: 'wxid_caseymorgan00', sex: 1, city: 'Cardiff' },
    { name: 'Jordan Blythe', id: 'wxid_jordanblythe1', sex: 2, city: 'York' },
  ],
}

/** The built-in world of an account: every account has the same cast, but the chats of the second and later ones are empty. */
export function builtInWorld(language: Language, account: number): WorldSpec {
  const world = language === 'en' ? ENGLISH_WORLD : DEFAULT_WORLD
  if (account === 1) return world
  const numbered = { name: `${language === 'en' ? 'Account' : '账号'} ${account}` }
  return withOwner(world, OWNERS[language][account - 2] ?? numbered)
}

/** The same people around another owner. The history is left out, because it belongs to the phone of the former owner. */
export function withOwner({ history: _, ...world }: WorldSpec, owner: PersonSpec): WorldSpec {
  const former = namesOf(world.owner)
  const groups = world.groups?.map(({ ownDisplayName: __, owner: groupOwner, ...group }) => ({
    ...group,
    ...(groupOwner === undefined || former.includes(groupOwner) ? {} : { owner: groupOwner }),
  }))
  return { ...world, owner, ...(groups ? { groups } : {}) }
}

/** The same world, with a different id for its owner. */
export function withOwnId(world: WorldSpec): WorldSpec {
  if (typeof world.owner !== 'object') return world
  const { id, ...owner } = world.owner
  const groups = world.groups?.map(({ owner: groupOwner, ...group }) => ({
    ...group,
    ...(groupOwner === undefined || groupOwner === id ? {} : { owner: groupOwner }),
  }))
  const history = world.history?.map((line) => (line.speaker === id ? { ...line, speaker: owner.name } : line))
  return { ...world, owner, ...(groups ? { groups } : {}), ...(history ? { history } : {}) }
}

/** What a group may use to name its owner. */
function namesOf(owner: WorldSpec['owner']): (string | undefined)[] {
  return typeof owner === 'object' ? [owner.id, owner.name, owner.remark, owner.alias] : [owner]
}
