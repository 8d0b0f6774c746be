import { oneLine } from '../../util/one-line.js'
import { kindName, shownName } from '../contact-record.js'
import { inLanguage } from '../language.js'
import { type Html, html, jsonForScript } from './html.js'
import type { ReportRow } from './report-row.js'

const STRINGS = {
  zh: {
    title: '所有联系人',
    region: '联系人表格',
    needsScript: '这个表格需要 JavaScript。',
    search: '搜索',
    previous: '上一页',
    next: '下一页',
    range: '第 {first}–{last} 个，共 {total} 个',
    none: '没有符合条件的联系人',
    columns: {
      name: '名称',
      remark: '备注',
      kind: '类型',
      sex: '性别',
      province: '省份',
      city: '城市',
      members: '群人数',
      alias: '微信号',
      starred: '星标',
      signature: '签名',
    },
    sexes: { female: '女', male: '男', unknown: '' },
    yes: '是',
  },
  en: {
    title: 'All contacts',
    region: 'Table of contacts',
    needsScript: 'This table needs JavaScript.',
    search: 'Search',
    previous: 'Previous',
    next: 'Next',
    range: '{first}–{last} of {total}',
    none: 'No contact matches',
    columns: {
      name: 'Name',
      remark: 'Remark',
      kind: 'Kind',
      sex: 'Sex',
      province: 'Province',
      city: 'City',
      members: 'Members',
      alias: 'WeChat id',
      starred: 'Starred',
      signature: 'Signature',
    },
    sexes: { female: 'female', male: 'male', unknown: '' },
    yes: 'yes',
  },
}

const COLUMNS = [
  'name',
  'remark',
  'kind',
  'sex',
  'province',
  'city',
  'members',
  'alias',
  'starred',
  'signature',
] as const

type Column = (typeof COLUMNS)[number]

/** Returns a section with a table of contacts. `page/table.js` adds the rows, which are stored as JSON. */
export function contactTable(rows: readonly ReportRow[]): Html {
  const strings = inLanguage(STRINGS)
  const cells = rows.map(cellsOf)
  const shown = COLUMNS.filter((name) => cells.some((row) => row[name] !== ''))
  const { range, none } = strings
  const data = { rows: cells.map((row) => shown.map((name) => row[name])), strings: { range, none } }
  return html`<section class="contacts" aria-labelledby="contacts-title">
<h2 id="contacts-title">${strings.title}</h2>
<noscript><p>${strings.needsScript}</p></noscript>
<div class="tools">
<label>${strings.search} <input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<p id="range" role="status"></p>
<button id="previous" type="button">${strings.previous}</button>
<button id="next" type="button">${strings.next}</button>
</div>
<div class="scroller" role="region" aria-label="${strings.region}" tabindex="0">
<table id="table">
<thead><tr>${shown.map((name) => html`<th scope="col"><button type="button">${strings.columns[name]}</button></th>`)}</tr></thead>
<tbody></tbody>
</table>
</div>
<script type="application/json" id="data">${jsonForScript(data)}</script>
</section>`
}

/** An empty text where a contact does not have the value. */
function cellsOf(row: ReportRow): Record<Column, string | number> {
  const { sexes, yes } = inLanguage(STRINGS)
  return {
    name: oneLine(row.name || shownName(row)),
    remark: oneLine(row.remark),
    kind: kindName(row.kind),
    sex: sexes[row.sex],
    province: oneLine(row.province),
    city: oneLine(row.city),
    members: row.memberCount || '',
    alias: oneLine(row.alias),
    starred: row.isStarred ? yes : '',
    signature: oneLine(row.signature),
  }
}
