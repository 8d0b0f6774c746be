import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { oneLine } from '../../util/one-line.js'
import { inLanguage } from '../language.js'
import { barChart } from './bar-chart.js'
import { contactTable } from './contact-table.js'
import type { Figure } from './figure.js'
import { figuresOf } from './figures.js'
import { Html, html } from './html.js'
import type { ReportRow } from './report-row.js'

const STRINGS = {
  zh: {
    lang: 'zh-CN',
    title: (account: string) => `${account}的联系人`,
    privacy: '这个文件含有他人的个人信息，请勿公开。页面不发出任何网络请求。',
    figures: '图表',
    numbers: '数据',
  },
  en: {
    lang: 'en',
    title: (account: string) => `Contacts of ${account}`,
    privacy: 'This file contains personal data of other people: do not publish it. The page makes no network requests.',
    figures: 'Plots',
    numbers: 'Numbers',
  },
}

interface ReportOptions {
  /** Name of the account. */
  account: string
  rows: readonly ReportRow[]
  /** The number of contacts of each kind, in words. */
  counts: string
  madeAt: Date
}

/** Returns a page with plots and a table of contacts. It contains everything that it needs, and may load nothing. */
export function reportPage({ account, rows, counts, madeAt }: ReportOptions): string {
  const { lang, title, privacy, figures } = inLanguage(STRINGS)
  const heading = title(oneLine(account))
  const date = localDate(madeAt)
  const style = asset('report.css')
  const script = asset('table.js')
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} · ${date}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${heading}</h1>
<p><time datetime="${date}">${date}</time> · ${counts}</p>
<p class="hint">${privacy}</p>
</header>
<main>
<section class="figures" aria-label="${figures}">
${figuresOf(rows).map(figureOf)}
</section>
${contactTable(rows)}
</main>
<script type="module">${script}</script>
</body>
</html>
`.source
}

function figureOf(figure: Figure): Html {
  const { title, bars, notes } = figure
  return html`<figure>
<h2>${title}</h2>
${bars.length > 0 ? barChart(figure) : ''}
<figcaption>${notes.map((note) => html`<p>${note}</p>`)}
${bars.length > 0 ? numbersOf(figure) : ''}
</figcaption>
</figure>
`
}

function numbersOf({ headings, bars }: Figure): Html {
  const { label, count, details } = headings
  const head = [label, count, details ?? []].flat().map((heading) => html`<th scope="col">${heading}</th>`)
  const rows = bars.map((bar) => {
    const cells = [String(bar.count), bar.details ?? []].flat().map((cell) => html`<td>${cell}</td>`)
    return html`<tr><th scope="row">${bar.label}</th>${cells}</tr>`
  })
  return html`<details><summary>${inLanguage(STRINGS).numbers}</summary>
<table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>
</details>`
}

/** Reads a file that becomes part of the page. Browsers hash a script or style with the line breaks that they read. */
function asset(name: string): Html {
  return new Html(readFileSync(new URL(`page/${name}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n'))
}

/** Formats the day in the local time zone, as `2026-11-28`. */
function localDate(time: Date): string {
  const pad = (number: number) => String(number).padStart(2, '0')
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
}

function hashOf({ source }: Html): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}
