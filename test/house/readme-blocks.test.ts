import { readFileSync } from 'node:fs'
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

/** Declarations that partial code blocks refer to. */
const PRELUDE = `import itchat, { ATTACHMENT, NOTE, PICTURE, RECORDING, TEXT, VIDEO, type Message } from 'itchat'
import { startSandbox } from 'itchat/sandbox'
const handler = (msg: Message) => String(msg.text)
const sandbox = await startSandbox()
`

/** Declarations that partial code blocks in the guide to tests refer to. */
const TEST_PRELUDE = `import { type Itchat, TEXT } from 'itchat'
import { testBot } from 'itchat/sandbox'
const register = (bot: Itchat) => bot.msgRegister(TEXT, () => 'pong')
`

function preludeOf(document: string, block: string): string {
  if (!document.includes('testing')) return PRELUDE
  return TEST_PRELUDE + (block.includes('await using t') ? '' : 'await using t = await testBot(register)\n')
}

function blocksOf(document: string): string[] {
  const text = readFileSync(join(ROOT, document), 'utf8')
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.startsWith('import ') ? block : preludeOf(document, block) + block,
  )
}

/** Documents whose code blocks are complete, or need only the prelude. */
const DOCUMENTS = ['README', 'docs/guide/transports', 'docs/guide/testing', 'docs/guide/transcripts'].flatMap(
  (name) => [`${name}.md`, `${name}.zh-CN.md`],
)

test('every code block in both READMEs and the guides to transports, tests and transcripts compiles in a project created by tsc --init', () => {
  needsBuild()
  // The files are in the package root, where the package name resolves to dist.
  const files = new Map(
    DOCUMENTS.flatMap((document) =>
      blocksOf(document).map((block, index) => [
        join(ROOT, `${document.replaceAll('/', '.')}.${index + 1}.mts`),
        block,
      ]),
    ),
  )
  expect(files.size).toBeGreaterThan(10)
  const host = ts.createCompilerHost(OPTIONS)
  const { fileExists, getSourceFile, readFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, ...rest) => {
    const block = files.get(name)
    return block === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, block, ts.ScriptTarget.ESNext)
  }
  const program = ts.createProgram([...files.keys()], OPTIONS, host)
  const found = ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(ROOT.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    )
  expect(found).toEqual([])
})
