import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { needsBuild } from '../support/needs-build.js'

const ROOT = join(import.meta.dirname, '../..')

/** The options that `tsc --init` sets in a current TypeScript version, limited to those that affect whether code compiles. */
const OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ESNext,
  types: ['node'],
}

/** Names that code blocks without imports refer to. They are global, so that a block may declare its own. */
const PRELUDE = `import type * as library from 'itchat'
import type * as kit from 'itchat/sandbox'
declare global {
  const itchat: typeof library.default
  ${['ATTACHMENT', 'NOTE', 'PICTURE', 'RECORDING', 'TEXT', 'VIDEO'].map((name) => `const ${name}: typeof library.${name}`).join('\n  ')}
  type Message = library.Message
  type SessionStore = library.SessionStore
  type TakenMessage = library.TakenMessage
  const bot: library.Itchat
  const handler: (msg: Message) => string
  const sandbox: kit.Sandbox
  const register: (bot: library.Itchat) => unknown
  const testBot: typeof kit.testBot
  const readTranscript: typeof kit.readTranscript
  const t: Awaited<ReturnType<typeof kit.testBot>>
  const report: (error: unknown) => void
  const queue: {
    publish(id: string, text: string): Promise<void>
    on(event: string, listener: (id: string) => unknown): void
  }
  const redis: {
    get(key: string): Promise<string | null>
    set(key: string, value: string): Promise<string>
    rename(from: string, to: string): Promise<string>
  }
}
`

/** The documents for users. */
const DOCUMENTS = [
  ...['README.md', 'README.zh-CN.md', 'docs/index.md', 'docs/index.zh-CN.md'],
  ...['docs/guide', 'docs/recipes']
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))
    .filter((name) => name.endsWith('.md')),
]

/** The code blocks of all documents, by the path of a file in the package root, where the package name resolves to dist. */
const BLOCKS = DOCUMENTS.flatMap((document) =>
  [...readFileSync(join(ROOT, document), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, block = ''], index) => [join(ROOT, `${document.replaceAll('/', '.')}.${index + 1}.mts`), block] as const,
  ),
)

const hasImports = (block: string) => /^import /m.test(block)

/** Returns the errors in the files. */
function compile(files: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(OPTIONS)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, options, ...rest) => {
    const block = files.get(name)
    return block === undefined ? getSourceFile(name, options, ...rest) : ts.createSourceFile(name, block, options)
  }
  const program = ts.createProgram([...files.keys()], OPTIONS, host)
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(ROOT.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
}

test('every code block with imports compiles in a project created by tsc --init', () => {
  needsBuild()
  const files = new Map(BLOCKS.filter(([, block]) => hasImports(block)))
  expect(files.size).toBeGreaterThan(50)
  expect(compile(files)).toEqual([])
})

test('every code block without imports compiles with the declarations that it relies on', () => {
  needsBuild()
  const files = new Map(BLOCKS.filter(([, block]) => !hasImports(block)))
  expect(files.size).toBeGreaterThan(30)
  expect(compile(new Map([...files, [join(ROOT, 'prelude.mts'), PRELUDE]]))).toEqual([])
})
