import type { Chatroom, ChatroomMember, Itchat } from '../../index.js'
import { oneLine } from '../../util/one-line.js'
import type { AccountOptions } from '../account-options.js'
import { toCsv } from '../csv.js'
import { findContact, requireContacts } from '../find-contact.js'
import { inLanguage } from '../language.js'
import { printJson } from '../output.js'
import { plural } from '../plural.js'
import { withSavedLogin } from '../saved-login.js'
import { type Column, printTable } from '../table.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    headings: { name: '名称', displayName: '群昵称', remark: '备注', role: '身份' },
    roles: { owner: '群主', self: '自己', friend: '好友', member: '' },
    count: (name: string, members: number) => `${name} · ${members} 人`,
  },
  en: {
    headings: { name: 'Name', displayName: 'Name in group', remark: 'Remark', role: 'Role' },
    roles: { owner: 'owner', self: 'self', friend: 'friend', member: '' },
    count: (name: string, members: number) => `${name} · ${plural(members, 'member')}`,
  },
}

/** A group member as printed by `--json`. */
interface MemberRecord {
  /** The same across logins; `''` for members who are not friends. */
  id: string
  name: string
  /** The name that the member uses in the group. */
  displayName: string
  remark: string
  isOwner: boolean
  isFriend: boolean
  isSelf: boolean
}

interface ListOptions extends AccountOptions {
  json?: boolean
  csv?: boolean
}

/** `itchat group members`: lists the members of one group. */
export async function listMembers(topic: string, options: ListOptions): Promise<void> {
  await withSavedLogin(options, async (login) => {
    const { account, terminal, signal } = login
    requireContacts(account)
    const { json = false, csv = false } = options
    const found = await findContact(login, topic, { json: json || csv, groupsOnly: true })
    const group = await account.updateChatroom(found, { signal })
    const records = group.memberList.map((member) => memberRecord(account, group, member))
    if (json) for (const record of records) printJson(record)
    else if (csv) process.stdout.write(csvOf(records))
    else {
      printTable(new Terminal(process.stdout), columns(), records)
      const summary = inLanguage(STRINGS).count(oneLine(group.RemarkName || group.NickName), records.length)
      terminal.write(terminal.style(summary, 'dim'))
    }
  })
}

function memberRecord(account: Itchat, group: Chatroom, member: ChatroomMember): MemberRecord {
  const { UserName: userName, DisplayName: displayName } = member
  const known = account.memberList.find((friend) => friend.UserName === userName)
  const isSelf = userName === account.searchFriends().UserName
  return {
    id: known?.puid ?? '',
    // The server sends the remark as the name of a member who is a friend.
    name: known?.NickName || member.NickName,
    displayName,
    remark: known?.RemarkName ?? '',
    isOwner: group.ownerUserName === userName,
    isFriend: known !== undefined && !isSelf,
    isSelf,
  }
}

function columns(): Column<MemberRecord>[] {
  const { headings, roles } = inLanguage(STRINGS)
  const role = ({ isOwner, isSelf, isFriend }: MemberRecord) =>
    [isOwner ? roles.owner : '', isSelf ? roles.self : isFriend ? roles.friend : roles.member]
      .filter(Boolean)
      .join(' · ')
  return [
    { heading: headings.name, text: ({ name }) => name, style: 'cyan', minColumns: 12 },
    { heading: headings.displayName, text: ({ displayName }) => displayName, minColumns: 8 },
    { heading: headings.remark, text: ({ remark }) => remark, minColumns: 8 },
    { heading: headings.role, text: role, style: 'dim', minColumns: 6 },
  ]
}

function csvOf(records: readonly MemberRecord[]): string {
  const keys = ['id', 'name', 'displayName', 'remark', 'isOwner', 'isFriend', 'isSelf'] as const
  return toCsv(
    keys,
    records.map((record) => keys.map((key) => String(record[key]))),
  )
}
