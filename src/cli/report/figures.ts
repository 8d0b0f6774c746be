import { oneLine } from '../../util/one-line.js'
import { shownName } from '../contact-record.js'
import { inLanguage } from '../language.js'
import { plural } from '../plural.js'
import { type Bar, type Figure, longestBars } from './figure.js'
import type { ReportRow } from './report-row.js'

const STRINGS = {
  zh: {
    people: '人数',
    kinds: { title: '类型', label: '类型', count: '数量', friend: '好友', group: '群', official: '公众号' },
    sexes: { title: '好友的性别', label: '性别', male: '男', female: '女', unknown: '未填写' },
    provinces: { title: '好友的省份', label: '省份' },
    cities: { title: '好友的城市', label: '城市' },
    given: (given: number, friends: number) => `${friends} 位好友中有 ${given} 位填写了这一项。`,
    sizes: { title: '群的人数', label: '群人数', count: '群数' },
    largest: (group: string, members: number) => `人数最多的群：${group}，${members} 人。`,
    names: { title: '多位好友共用的名称', label: '名称', details: '备注或微信号' },
    shared: (names: number, friends: number) => `${friends} 位好友共用 ${names} 个名称。`,
    noneShared: '没有同名的好友。',
    list: '、',
  },
  en: {
    people: 'People',
    kinds: {
      title: 'Kinds',
      label: 'Kind',
      count: 'Contacts',
      friend: 'Friends',
      group: 'Groups',
      official: 'Official accounts',
    },
    sexes: { title: 'Sex of friends', label: 'Sex', male: 'Male', female: 'Female', unknown: 'Not given' },
    provinces: { title: 'Provinces of friends', label: 'Province' },
    cities: { title: 'Cities of friends', label: 'City' },
    given: (given: number, friends: number) => `Given by ${given} of ${plural(friends, 'friend')}.`,
    sizes: { title: 'Groups by size', label: 'Members', count: 'Groups' },
    largest: (group: string, members: number) => `Largest group: ${group}, ${plural(members, 'member')}.`,
    names: { title: 'Names shared by several friends', label: 'Name', details: 'Remarks or WeChat ids' },
    shared: (names: number, friends: number) => `${plural(names, 'name')} shared by ${plural(friends, 'friend')}.`,
    noneShared: 'No two friends have the same name.',
    list: ', ',
  },
}

/** The last number of members in each class of group sizes; WeChat's largest groups have 500. */
const SIZE_CLASSES = [5, 10, 20, 50, 100, 200, 500]

/** The figures of a report. Without friends or without groups, there are no figures about them. */
export function figuresOf(rows: readonly ReportRow[]): Figure[] {
  const friends = rows.filter(({ kind }) => kind === 'friend')
  const groups = rows.flatMap((row) => (row.memberCount ? [{ row, members: row.memberCount }] : []))
  const { provinces, cities } = inLanguage(STRINGS)
  // The short figures are first, so that figures of similar height are in one row of a wide page.
  return [
    kinds(rows),
    ...(friends.length === 0 ? [] : [sexes(friends)]),
    ...(groups.length === 0 ? [] : [sizes(groups)]),
    ...(friends.length === 0
      ? []
      : [
          places(friends, provinces, ({ province }) => province),
          places(friends, cities, ({ city }) => city),
          sharedNames(friends),
        ]),
  ]
}

function kinds(rows: readonly ReportRow[]): Figure {
  const { kinds } = inLanguage(STRINGS)
  const kindsOfBars = ['friend', 'group', 'official'] as const
  const bars = kindsOfBars.map((kind) => ({ label: kinds[kind], count: countOf(rows, (row) => row.kind === kind) }))
  return { ...titled(kinds), bars: bars.filter(({ count }) => count > 0), notes: [] }
}

function sexes(friends: readonly ReportRow[]): Figure {
  const { sexes, people } = inLanguage(STRINGS)
  const sexesOfBars = ['female', 'male', 'unknown'] as const
  const bars = sexesOfBars.map((sex) => ({ label: sexes[sex], count: countOf(friends, (row) => row.sex === sex) }))
  return { ...titled({ ...sexes, count: people }), bars, notes: [] }
}

function places(
  friends: readonly ReportRow[],
  strings: { title: string; label: string },
  placeOf: (row: ReportRow) => string,
): Figure {
  const { given, people } = inLanguage(STRINGS)
  const groups = groupsBy(friends, placeOf)
  const bars = groups.map(([place, rows]) => ({ label: place, count: rows.length }))
  const count = bars.reduce((sum, bar) => sum + bar.count, 0)
  return longestBars({ ...titled({ ...strings, count: people }), bars, notes: [given(count, friends.length)] })
}

function sizes(groups: readonly { row: ReportRow; members: number }[]): Figure {
  const { sizes, largest } = inLanguage(STRINGS)
  const classes = SIZE_CLASSES.map((last, index): Bar => {
    const first = (SIZE_CLASSES[index - 1] ?? 0) + 1
    const isLast = index === SIZE_CLASSES.length - 1
    const count = countOf(groups, ({ members }) => members >= first && (isLast || members <= last))
    return { label: isLast ? `${first}+` : `${first}–${last}`, count }
  })
  // Empty classes between others belong to the distribution.
  const isFull = ({ count }: Bar) => count > 0
  const bars = classes.slice(Math.max(0, classes.findIndex(isFull)), classes.findLastIndex(isFull) + 1)
  const [top] = groups.toSorted((a, b) => b.members - a.members)
  return { ...titled(sizes), bars, notes: top ? [largest(oneLine(shownName(top.row)), top.members)] : [] }
}

function sharedNames(friends: readonly ReportRow[]): Figure {
  const { names, people, shared, noneShared, list } = inLanguage(STRINGS)
  const groups = groupsBy(friends, ({ name }) => name).filter(([, rows]) => rows.length > 1)
  const bars = groups.map(([name, rows]): Bar => {
    const details = rows.flatMap(({ remark, alias }) => remark || alias || []).map(oneLine)
    return { label: name, count: rows.length, details: details.join(list) }
  })
  const count = bars.reduce((sum, bar) => sum + bar.count, 0)
  const note = bars.length > 0 ? shared(bars.length, count) : noneShared
  return longestBars({ ...titled({ ...names, count: people }), bars, notes: [note] })
}

function titled(strings: {
  title: string
  label: string
  count: string
  details?: string
}): Omit<Figure, 'bars' | 'notes'> {
  const { title, label, count, details } = strings
  return { title, headings: { label, count, ...(details === undefined ? {} : { details }) } }
}

function countOf<T>(items: readonly T[], matches: (item: T) => boolean): number {
  return items.filter(matches).length
}

/** Groups rows by a text, regardless of case and character width; rows without the text are left out. */
function groupsBy(rows: readonly ReportRow[], textOf: (row: ReportRow) => string): [text: string, rows: ReportRow[]][] {
  const groups = new Map<string, [text: string, rows: ReportRow[]]>()
  for (const row of rows) {
    const text = oneLine(textOf(row)).trim()
    if (!text) continue
    const key = text.normalize('NFKC').toLowerCase()
    const group = groups.get(key)
    if (group) group[1].push(row)
    else groups.set(key, [text, [row]])
  }
  return [...groups.values()]
}
