import { Argument, type Command, Option } from 'commander'
import { addAccountOptions } from '../account-options.js'
import { addExamples } from '../examples.js'
import { inLanguage } from '../language.js'
import { readPath } from '../read-path.js'

const STRINGS = {
  zh: {
    description: '列出好友、群和公众号',
    kind: '只列出好友、群或公众号',
    search: '只列出名称、备注、微信号或拼音中包含这段文字的联系人',
    json: '每行输出一个 JSON 对象',
    csv: '输出 CSV，供 Excel 等表格软件使用',
    report: '写出一个网页：图表，以及可以排序的表格',
    force: '覆盖已经存在的报告文件',
    effects: {
      friends: '列出所有好友',
      initials: '按拼音首字母查找',
      table: '导出为表格',
      report: '在浏览器里查看',
      ids: '所有群的 id',
    },
  },
  en: {
    description: 'list friends, groups and official accounts',
    kind: 'list only friends, groups or official accounts',
    search: 'list only contacts whose name, remark, WeChat id or pinyin contains the text',
    json: 'print one JSON object per line',
    csv: 'print CSV for spreadsheets',
    report: 'write a web page with plots and a sortable table',
    force: 'replace the file of an earlier report',
    effects: {
      friends: 'list all friends',
      initials: 'find by initials of the pinyin',
      table: 'export a table',
      report: 'look at them in a browser',
      ids: 'ids of all groups',
    },
  },
}

export function addContacts(program: Command): void {
  const strings = inLanguage(STRINGS)
  const command = program
    .command('contacts')
    .description(strings.description)
    .addArgument(new Argument('[kind]', strings.kind).choices(['friends', 'groups', 'mps']))
    .option('--search <text>', strings.search)
    .option('--json', strings.json)
    .addOption(new Option('--csv', strings.csv).conflicts('json'))
    .addOption(new Option('--report <file>', strings.report).conflicts(['json', 'csv']).argParser(readPath))
    .option('--force', strings.force)
  addAccountOptions(command).action(async (kind, options) =>
    (await import('../actions/contacts.js')).listContacts(kind, options),
  )
  const { friends, initials, table, report, ids } = strings.effects
  addExamples(command, [
    ['itchat contacts friends', friends],
    ['itchat contacts --search lxm', initials],
    ['itchat contacts --csv > contacts.csv', table],
    ['itchat contacts --report contacts.html', report],
    ["itchat contacts groups --json | jq -r '.id'", ids],
  ])
}
