import { type Command, Option } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { addExamples } from '../examples.js'
import { inLanguage } from '../language.js'

const STRINGS = {
  zh: {
    description: '查看群成员',
    members: '列出一个群的成员',
    topic: '群名、群的备注或 id；也可以是群名的一部分或拼音',
    json: '每行输出一个 JSON 对象；不询问',
    csv: '输出 CSV，供 Excel 等表格软件使用；不询问',
    effects: { list: '列出成员', table: '导出为表格' },
  },
  en: {
    description: 'show the members of groups',
    members: 'list the members of a group',
    topic: 'name or id of the group; also a part of the name or its pinyin',
    json: 'print one JSON object per line, and do not ask questions',
    csv: 'print CSV for spreadsheets, and do not ask questions',
    effects: { list: 'list the members', table: 'export a table' },
  },
}

export function addGroup(program: Command): void {
  const strings = inLanguage(STRINGS)
  const group = program.command('group').description(strings.description)
  const members = group
    .command('members')
    .description(strings.members)
    .argument('<topic>', strings.topic)
    .option('--json', strings.json)
    .addOption(new Option('--csv', strings.csv).conflicts('json'))
  addAccountOptions(members).action(async (topic, options) =>
    (await import('../actions/group-members.js')).listMembers(topic, options),
  )
  const { list, table } = strings.effects
  addExamples(members, [
    ['itchat group members pashan', list],
    ['itchat group members pashan --csv > members.csv', table],
  ])
}
