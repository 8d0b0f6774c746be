import { VERIFY_FLAG } from '../../transports/web/wire/contact.js'
import { findGroup, findPerson } from './find.js'
import type { Member } from './group.js'
import { makePerson } from './make-person.js'
import type { Person } from './person.js'
import type { GroupSpec, HistorySpec, MemberSpec, OfficialSpec, WorldSpec } from './spec.js'
import { World } from './world.js'

const BUILTINS = {
  zh: [
    { id: 'filehelper', name: '文件传输助手', initials: 'WJCSZS', pinyin: 'wenjianchuanshuzhushou', verifyFlag: 0 },
    { id: 'weixin', name: '微信团队', initials: 'WXTD', pinyin: 'weixintuandui', verifyFlag: 56 },
    { id: 'fmessage', name: '朋友推荐消息', initials: 'PYTJXX', pinyin: 'pengyoutuijianxiaoxi', verifyFlag: 0 },
  ],
  en: [
    { id: 'filehelper', name: 'File Transfer', verifyFlag: 0 },
    { id: 'weixin', name: 'WeChat Team', verifyFlag: 56 },
    { id: 'fmessage', name: 'Recommended Friends', verifyFlag: 0 },
  ],
}

/** Builds the world of an account from its spec. */
export function buildWorld(spec: WorldSpec, now: () => number, account = 1): World {
  const { language = 'zh' } = spec
  // The number of the account makes the uins of namesakes different.
  const owner = makePerson(spec.owner ?? (language === 'zh' ? '我' : 'Me'), 'person', account - 1)
  owner.isContact = true
  const world = new World(owner, now, language, account)
  const add = (person: Person) => {
    world.people.set(person.id, person)
    return person
  }
  for (const builtin of BUILTINS[language]) {
    const person = add(makePerson({ ...builtin }, 'builtin', world.people.size))
    person.verifyFlag = builtin.verifyFlag
    person.isContact = true
  }
  for (const friend of spec.friends ?? []) add(makePerson(friend, 'person', world.people.size)).isContact = true
  for (const official of spec.officials ?? []) add(makeOfficial(official, world.people.size)).isContact = true
  for (const stranger of spec.strangers ?? []) add(makePerson(stranger, 'person', world.people.size))
  for (const group of spec.groups ?? []) addGroup(world, group, add)
  for (const line of spec.history ?? []) addHistory(world, line, now())
  return world
}

function makeOfficial(spec: string | OfficialSpec, index: number): Person {
  const person = makePerson(spec, 'official', index)
  const verified = typeof spec === 'string' || (spec.verified ?? true)
  person.verifyFlag = VERIFY_FLAG.official | (verified ? VERIFY_FLAG.verified : 0)
  return person
}

function addGroup(world: World, spec: GroupSpec, add: (person: Person) => Person): void {
  const members: Member[] = [{ id: world.owner.id, displayName: spec.ownDisplayName ?? '' }]
  for (const entry of spec.members ?? []) {
    const fields: MemberSpec = typeof entry === 'string' ? { name: entry } : entry
    const known = [...world.people.values()].find(
      (person) =>
        person.kind === 'person' && [person.id, person.name, person.remark].includes(fields.id ?? fields.name),
    )
    const person = known ?? add(makePerson(fields, 'person', world.people.size))
    if (members.some((member) => member.id === person.id)) continue
    members.push({ id: person.id, displayName: fields.displayName ?? '' })
  }
  const memberPeople = members.flatMap((member) => world.people.get(member.id) ?? [])
  const id = spec.id ?? world.newGroupId()
  world.groups.set(id, {
    id,
    topic: spec.topic,
    ownerId: spec.owner === undefined ? world.owner.id : findPerson(memberPeople, spec.owner, 'member').id,
    members,
    saved: spec.saved ?? true,
    renameBy: spec.renameBy ?? 'everyone',
    pinned: spec.pinned ?? false,
    muted: spec.muted ?? false,
    avatarSeq: 700_000_000 + world.groups.size,
  })
}

function addHistory(world: World, line: HistorySpec, now: number): void {
  const isGroup = [...world.groups.values()].some((group) => [group.id, group.topic].includes(line.chat))
  const chatId = isGroup
    ? findGroup(world.groups.values(), line.chat).id
    : findPerson(world.people.values(), line.chat).id
  const speaker =
    line.speaker === undefined ? (isGroup ? '' : chatId) : findPerson(world.people.values(), line.speaker).id
  const origin = speaker === '' ? 'system' : speaker === world.owner.id ? 'phone' : 'person'
  const content = { kind: speaker === '' ? ('note' as const) : ('text' as const), text: line.text }
  world.addDelivered({ chatId, speaker, origin, content }, now - line.minutesAgo * 60_000)
}
