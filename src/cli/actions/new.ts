import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_PORT } from '../../sandbox/options.js'
import { errorCode } from '../../util/error-code.js'
import { CommandError, UsageError } from '../explain.js'
import { inLanguage } from '../language.js'
import { dependencyOn, manifestOf } from '../new-manifest.js'
import { shellCommand } from '../shell-command.js'
import { Terminal } from '../terminal.js'

const STRINGS = {
  zh: {
    readme: 'README.zh-CN.md',
    noName: '缺少新文件夹的名称。例如 itchat new my-bot',
    notEmpty: (dir: string) => `${dir} 不是空文件夹，其中的文件没有改动。请换一个名称，或先清空它。`,
    notAFolder: (dir: string) => `${dir} 已经存在，但不是文件夹。请换一个名称。`,
    unwritable: (dir: string, code: string) => `无法在 ${dir} 中创建项目（${code}）。请检查路径和权限。`,
    created: (name: string) => `已新建 ${name}`,
    local: (dependency: string) => `使用 ${dependency}，因为 itchat 不是从 npm 安装的`,
    install: '安装依赖',
    test: '运行测试',
    sandbox: '启动沙盒（本机的微信服务器），让它保持运行',
    secondTerminal: '另开一个终端，在同一个文件夹里，让机器人连接沙盒：',
  },
  en: {
    readme: 'README.md',
    noName: 'The name of the new folder is missing. Example: itchat new my-bot',
    notEmpty: (dir: string) =>
      `${dir} is not empty. Its files were not changed. Choose another name, or empty the folder first.`,
    notAFolder: (dir: string) => `${dir} exists, but is not a folder. Choose another name.`,
    unwritable: (dir: string, code: string) =>
      `Could not create the project in ${dir} (${code}). Check the path and its permissions.`,
    created: (name: string) => `Created ${name}`,
    local: (dependency: string) => `uses ${dependency}, because itchat did not come from npm`,
    install: 'install the dependencies',
    test: 'run the tests',
    sandbox: 'start the sandbox, a local WeChat server, and leave it running',
    secondTerminal: 'In a second terminal, in the same folder, connect the bot to the sandbox:',
  },
}

const TEMPLATE = fileURLToPath(new URL('../template/', import.meta.url))
const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Creates a project in a new or empty folder.
 *
 * @throws UsageError for an empty name; CommandError if the folder is not empty or cannot be written
 */
export async function createProject(dir: string): Promise<void> {
  const strings = inLanguage(STRINGS)
  if (dir.trim() === '') throw new UsageError(strings.noName)
  const dependency = dependencyOn(resolve(ROOT), dir)
  await makeFolder(dir)
  await writeFiles(dir, dependency)
  report(dir, dependency)
}

async function makeFolder(dir: string): Promise<void> {
  const strings = inLanguage(STRINGS)
  let names: string[]
  try {
    await mkdir(dir, { recursive: true })
    names = await readdir(dir)
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    throw new CommandError(code === 'EEXIST' ? strings.notAFolder(dir) : strings.unwritable(dir, code), {
      cause: error,
    })
  }
  // A repository that has just been created contains this folder.
  if (names.some((name) => name !== '.git')) throw new CommandError(strings.notEmpty(dir))
}

async function writeFiles(dir: string, dependency: string): Promise<void> {
  const strings = inLanguage(STRINGS)
  try {
    await cp(TEMPLATE, dir, { recursive: true })
    // npm does not pack files with the name .gitignore.
    await rename(join(dir, '_gitignore'), join(dir, '.gitignore'))
    await rename(join(dir, strings.readme), join(dir, 'README.md'))
    await rm(join(dir, 'README.zh-CN.md'), { force: true })
    await writeFile(join(dir, 'package.json'), `${JSON.stringify(manifestOf(dir, dependency), null, 2)}\n`)
  } catch (error) {
    throw new CommandError(strings.unwritable(dir, errorCode(error) ?? String(error)), { cause: error })
  }
}

function report(dir: string, dependency: string): void {
  const strings = inLanguage(STRINGS)
  const terminal = new Terminal(process.stdout)
  const name = basename(resolve(dir))
  terminal.write(` ${terminal.style(terminal.sign('✓'), 'green')} ${strings.created(terminal.style(name, 'bold'))}`)
  if (dependency.startsWith('file:')) terminal.write(`   ${terminal.style(strings.local(dependency), 'dim')}`)
  terminal.write()
  if (resolve(dir) !== process.cwd()) terminal.write(`   cd ${quoted(dir.startsWith('-') ? `./${dir}` : dir)}`)
  const steps = { 'npm install': strings.install, 'npm test': strings.test, 'npm run sandbox': strings.sandbox }
  for (const [command, purpose] of Object.entries(steps)) {
    terminal.write(`   ${command.padEnd(17)}${terminal.style(purpose, 'dim')}`)
  }
  terminal.write()
  terminal.write(`   ${terminal.style(strings.secondTerminal, 'dim')}`)
  terminal.write(`   ${shellCommand({ ITCHAT_BASE_URL: `http://127.0.0.1:${DEFAULT_PORT}` }, 'npm start')}`)
}

/** Quotes a path for a shell, where double quotes would not stop `$(…)` from being executed. */
function quoted(path: string): string {
  if (/^[\p{L}\p{N}_./\\:-]+$/u.test(path)) return path
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`
}
