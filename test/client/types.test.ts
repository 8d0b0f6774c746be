import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
/** A path with forward slashes, as the compiler writes it on every system. */
const here = (name: string) => join(import.meta.dirname, name).replaceAll('\\', '/')
const PINNED = here('types.test-d.ts')
/** A virtual file whose text is generated below. */
const TYPOS_FILE = here('typos.ts')

/** Lines of code with a typo, and the intended names. */
const CASES = [
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
  ...CASES.map(([code]) => code),
  '}',
].join('\n')

function check(): readonly ts.Diagnostic[] {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile).config
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.fileExists = (name) => name === TYPOS_FILE || fileExists(name)
  host.readFile = (name) => (name === TYPOS_FILE ? typos : readFile(name))
  const program = ts.createProgram([PINNED, TYPOS_FILE], options, host)
  return [PINNED, TYPOS_FILE].flatMap((name) => {
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

test('types.test-d.ts compiles without errors', () => {
  expect(messages('types.test-d.ts')).toEqual([])
})

describe('a typo is an error that suggests the intended name', () => {
  test.each(CASES.map(([code, intended], index) => [code, intended, index] as const))(
    '%s: %s',
    (_, intended, index) => {
      expect(messages('typos.ts', index + 2).join('\n')).toContain(`'${intended}'?`)
    },
  )
})
