import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

const SRC = resolve(import.meta.dirname, '../../src')

/**
 * Compiles a file in `src` and its imports into a folder, for programs that a test starts; returns the URL of the
 * output.
 */
export function compiled(file: string, folder: string): string {
  const done = new Set<string>()
  const compile = (name: string) => {
    if (done.has(name)) return
    done.add(name)
    const source = readFileSync(join(SRC, name), 'utf8')
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
    const { outputText } = ts.transpileModule(source, { compilerOptions: options })
    const path = join(folder, name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, outputText)
    for (const [, imported = ''] of outputText.matchAll(/from '(\.[^']+)\.js'/g)) {
      compile(join(dirname(name), `${imported}.ts`))
    }
  }
  compile(file)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return pathToFileURL(join(folder, file.replace(/\.ts$/, '.js'))).href
}
