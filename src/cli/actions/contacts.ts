import type { Contact, Itchat, User } from '../../index.js'
import { oneLine } from '../../util/one-line.js'
import type { AccountOptions } from '../account-options.js'
import { type ContactRecord, contactRecord, kindName, placeOrSize, shownName } from '../contact-record.js'
import { toCsv } from '../csv.js'
import { CommandError, UsageError } from '../explain.js'
import { requireContacts, searchKnown } from '../find-contact.js'
import { inLanguage } from '../language.js'
import { printJson } from '../output.js'
import { plural } from '../plural.js'
import { withSavedLogin } from '../saved-login.js'
import { type Column, printTable } from '../table.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    headings: { name: '名称', remark: '备注', alias: '微信号', place: '地区 / 人数', kind: '类型' },
    counts: {
      friends: (count: number) => `${count} 位好友`,
      groups: (count: number) => `${count} 个群`,
      mps: (count: number) => `${count} 个公众号`,
    },
    none: '没有符合条件的联系人',
    written: '报告已写入',
    stays: '数据没有离开本机',
    forceAlone: '--force 只能和 --report 一起使用。',
  },
  en: {
    headings: { name: 'Name', remark: 'Remark', alias: 'WeChat id', place: 'Place / size', kind: 'Kind' },
    counts: {
      friends: (count: number) => plural(count, 'friend'),
      groups: (count: number) => plural(count, 'group'),
      mps: (count: number) => plural(count, 'official account'),
    },
    none: 'No contact matches',
    written: 'Report written to',
    stays: 'nothing left this machine',
    forceAlone: '--force requires --report.',
  },
}

/** The kinds in the order of the list. */
const KINDS = { friends: 'friend', groups: 'group', mps: 'official' } as const

interface ListOptions extends AccountOptions {
  search?: string
  json?: boolean
  csv?: boolean
  report?: string
  force?: boolean
}

/** `itchat contacts`: lists the address book, or writes a report about it. */
export async function listContacts(kind: keyof typeof KINDS | undefined, options: ListOptions): Promise<void> {
  const { report, force = false, search } = options
  if (report !== undefined) return reportContacts(kind, report, options)
  if (force) throw new UsageError(inLanguage(STRINGS).forceAlone)
  await withSavedLogin(options, async ({ account, terminal }) => {
    requireContacts(account)
    const records = recordsOf(account, search, contactRecord).filter((record) => !kind || record.kind === KINDS[kind])
    if (options.json) for (const record of records) printJson(record)
    else if (options.csv) process.stdout.write(csvOf(records))
    else if (records.length > 0) printTable(new Terminal(process.stdout), columns(), records)
    if (options.json || options.csv) return
    terminal.write(terminal.style(summaryOf(records), 'dim'))
  })
}

function summaryOf(records: readonly ContactRecord[]): string {
  const { counts, none } = inLanguage(STRINGS)
  const parts = (['friends', 'groups', 'mps'] as const).flatMap((kind) => {
    const count = records.filter((record) => record.kind === KINDS[kind]).length
    return count === 0 ? [] : counts[kind](count)
  })
  return parts.join(' · ') || none
}

/** `itchat contacts --report`: writes the same contacts to a page with plots. */
async function reportContacts(kind: keyof typeof KINDS | undefined, path: string, options: ListOptions): Promise<void> {
  // The charting library is only loaded for a report.
  const { reportPage, reportRow, requireFree, writeReport } = await import('../report/report.js')
  const { force = false, search } = options
  const { none, written, stays } = inLanguage(STRINGS)
  requireFree(path, force)
  await withSavedLogin(options, async ({ account, terminal }) => {
    requireContacts(account)
    const rows = recordsOf(account, search, reportRow).filter((row) => !kind || row.kind === KINDS[kind])
    const counts = summaryOf(rows)
    if (rows.length === 0) throw new CommandError(none)
    const page = reportPage({ account: account.searchFriends().NickName, rows, counts, madeAt: new Date() })
    await writeReport(path, page, force)
    const sign = terminal.style(terminal.sign('✓'), 'green')
    const name = terminal.style(oneLine(path), 'bold')
    terminal.write(`${sign} ${written} ${name}   ${terminal.style(`${counts} · ${stays}`, 'dim')}`)
  })
}

/** Sorted by kind and name; search results by how well they match. */
function recordsOf<Row extends ContactRecord>(
  account: Itchat,
  search: string | undefined,
  rowOf: (contact: Contact, self: User) => Row,
): Row[] {
  const self = account.searchFriends()
  const toRecord = (contact: Contact) => rowOf(contact, self)
  const isOther = ({ kind }: ContactRecord) => kind !== 'self'
  if (search !== undefined) return searchKnown(account, search).map(toRecord).filter(isOther)
  const { compare } = new Intl.Collator('zh')
  const lists = [account.memberList, account.chatroomList, account.mpList]
  return lists.flatMap((list) =>
    list
      .map(toRecord)
      .filter(isOther)
      .sort((a, b) => compare(a.name || shownName(a), b.name || shownName(b))),
  )
}

function columns(): Column<ContactRecord>[] {
  const { headings } = inLanguage(STRINGS)
  return [
    { heading: headings.name, text: (record) => record.name || shownName(record), style: 'cyan', minColumns: 12 },
    { heading: headings.remark, text: ({ remark }) => remark, minColumns: 8 },
    { heading: headings.alias, text: ({ alias }) => alias, style: 'dim', minColumns: 8, isOptional: true },
    { heading: headings.place, text: placeOrSize, minColumns: 8 },
    { heading: headings.kind, text: ({ kind }) => kindName(kind), style: 'dim', minColumns: 6 },
  ]
}

function csvOf(records: readonly ContactRecord[]): string {
  const texts = ['id', 'kind', 'name', 'remark', 'alias', 'province', 'city', 'signature'] as const
  return toCsv(
    [...texts, 'memberCount', 'isOwner'],
    records.map((record) => [
      ...texts.map((key) => record[key]),
      record.memberCount ?? '',
      String(record.isOwner ?? ''),
    ]),
  )
}
