import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { dict, text } from '../util/read.js'

const TOOLS = ['@types/node', 'tsx', 'typescript', 'vitest'] as const

/** The `package.json` of a new project. */
export function manifestOf(dir: string, dependency: string): object {
  return {
    name: packageNameOf(dir),
    private: true,
    type: 'module',
    scripts: {
      start: 'itchat run bot.ts',
      dev: 'itchat run --watch bot.ts',
      sandbox: 'itchat sandbox',
      doctor: 'itchat doctor',
      test: 'vitest run',
      types: 'tsc',
    },
    dependencies: { [manifest.name]: dependency },
    // The versions with which this package was tested.
    devDependencies: Object.fromEntries(TOOLS.map((name) => [name, manifest.devDependencies[name]])),
    engines: manifest.engines,
  }
}

/** The folder's name, if npm accepts it: npm refuses names of its own and a package that depends on its own name. */
function packageNameOf(dir: string): string {
  const name = basename(resolve(dir))
  const isValid = /^[a-z\d][a-z\d._~-]{0,213}$/.test(name) && name !== 'node_modules'
  if (!isValid) return 'wechat-bot'
  return [manifest.name, ...TOOLS].includes(name) ? `${name}-bot` : name
}

/**
 * How the `package.json` in a new folder must refer to this package, so that npm installs the same one: by its version
 * if it was installed from a registry, otherwise by the path of the file or folder that it was installed from.
 *
 * @param root folder of this package
 */
export function dependencyOn(root: string, dir: string): string {
  const pathTo = (target: string) => `file:${relative(resolve(dir), target).replaceAll('\\', '/')}`
  const modules = dirname(root)
  const record = join(modules, '.package-lock.json')
  // Without npm's record of what it installed, as in a clone, the folder is the only known source.
  if (basename(modules) !== 'node_modules' || !existsSync(record)) return pathTo(root)
  const { packages } = dict(JSON.parse(readFileSync(record, 'utf8')))
  const { resolved } = dict(dict(packages)[`node_modules/${basename(root)}`])
  const source = text(resolved)
  if (!source.startsWith('file:')) return manifest.version
  const installed = resolve(dirname(modules), source.slice('file:'.length))
  return pathTo(existsSync(installed) ? installed : root)
}
