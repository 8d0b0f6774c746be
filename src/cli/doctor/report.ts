import stringWidth from 'string-width'
import { inLanguage } from '../language.js'
import { padTo, type Terminal } from '../terminal.js'
import { wrap } from '../wrap.js'
import type { CheckName, Finding } from './finding.js'

const STRINGS = {
  zh: {
    names: {
      node: 'Node',
      terminal: '终端',
      proxy: '代理',
      network: '网络',
      tls: 'TLS',
      clock: '时钟',
      state: '状态文件',
      folder: '文件夹',
      login: '登录',
    } satisfies Record<CheckName, string>,
    ok: '正常',
    warning: '警告',
    failed: '失败',
  },
  en: {
    names: {
      node: 'Node',
      terminal: 'Terminal',
      proxy: 'Proxy',
      network: 'Network',
      tls: 'TLS',
      clock: 'Clock',
      state: 'State file',
      folder: 'Folder',
      login: 'Login',
    } satisfies Record<CheckName, string>,
    ok: 'ok',
    warning: 'to check',
    failed: 'failed',
  },
}

const SIGNS = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  failed: ['✗', 'red'],
  skipped: ['●', 'dim'],
} as const

const NAME_COLUMNS = 12
/** Prints the findings for people. */
export function printReport(terminal: Terminal, findings: readonly Finding[]): void {
  const { names, ...counted } = inLanguage(STRINGS)
  // The ASCII form of a sign is wider.
  const signColumns = stringWidth(terminal.sign('✓'))
  const indent = 2 + signColumns + 1 + NAME_COLUMNS
  const columns = Math.max(20, (terminal.columns ?? Number.POSITIVE_INFINITY) - indent)
  const writeBelow = (lines: readonly string[]) => {
    for (const line of lines) terminal.write(' '.repeat(indent) + line)
  }
  for (const { check, status, finding, note = '', advice } of findings) {
    const [sign, color] = SIGNS[status]
    const [first = '', ...rest] = wrap(finding, columns, stringWidth)
    const isBeside = rest.length === 0 && note !== '' && stringWidth(first) + 2 + stringWidth(note) <= columns
    const beside = isBeside ? `  ${terminal.style(note, 'dim')}` : ''
    const mark = padTo(terminal.sign(sign), signColumns)
    terminal.write(`  ${terminal.style(mark, color)} ${padTo(names[check], NAME_COLUMNS)}${first}${beside}`)
    writeBelow(rest)
    if (note && !isBeside) writeBelow(wrap(note, columns, stringWidth).map((line) => terminal.style(line, 'dim')))
    if (advice === undefined) continue
    const [todo = '', ...more] = wrap(advice, columns, stringWidth)
    terminal.write(`${' '.repeat(indent - 2)}${terminal.style(terminal.sign('→'), 'dim')} ${todo}`)
    writeBelow(more)
  }
  terminal.write()
  const summary = (['ok', 'warning', 'failed'] as const).flatMap((status) => {
    const count = findings.filter((finding) => finding.status === status).length
    return count > 0 ? [terminal.style(`${count} ${counted[status]}`, SIGNS[status][1])] : []
  })
  terminal.write(`  ${summary.join('  ')}`)
}
