import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
/** The compiler's spelling of a path, on every system. */
const here = (name: string) => join(import.meta.dirname, name).replaceAll('\\', '/')
const PINNED = here('types.test-d.ts')
/** No file: its text is made below. */
const TYPOS = here('typos.ts')

/** Programs with a slip of the pen, one a line, and the name that was meant. */
const SLIPS = [
  ['msg.fromUsername', 'fromUserName'],
  ['msg.FromUsername', 'FromUserName'],
  ['msg.fileNmae', 'fileName'],
  ['msg.isSelff', 'isSelf'],
  ['msg.actualNickname', 'actualNickName'],
  ['msg.user.nickname', 'nickName'],
  ['bot.msgRegistr(TEXT, () => {})', 'msgRegister'],
  ['bot.searchFriends({ nickname: "x" })', 'nickName'],
  ['bot.autoLogin({ hotreload: true })', 'hotReload'],
  ['bot.autoLogin({ enableCmdQr: 2 })', 'enableCmdQR'],
] as const

const typos = [
  "import { type Itchat, type Message, TEXT } from 'itchat'",
  'export function typos(bot: Itchat, msg: Message) {',
  ...SLIPS.map(([program]) => program),
  '}',
].join('\n')

function check(): readonly ts.Diagnostic[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.fileExists = (name) => name === TYPOS || fileExists(name)
  host.readFile = (name) => (name === TYPOS ? typos : readFile(name))
  const program = ts.createProgram([PINNED, TYPOS], options, host)
  return [PINNED, TYPOS].flatMap((name) => {
    const file = program.getSourceFile(name)
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
  })
}

const found = check()
const messages = (name: string, line?: number) =>
  found
    .filter(({ file }) => file?.fileName.endsWith(name))
    .filter(({ file, start = 0 }) => line === undefined || file?.getLineAndCharacterOfPosition(start).line === line)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))

test('what must compile compiles, and what must not does not', () => {
  expect(messages('types.test-d.ts')).toEqual([])
})

describe('a slip of the pen is an error that names what was meant', () => {
  test.each(SLIPS.map(([program, meant], index) => [program, meant, index] as const))('%s: %s', (_, meant, index) => {
    expect(messages('typos.ts', index + 2).join('\n')).toContain(`'${meant}'?`)
  })
})
