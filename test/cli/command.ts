import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Sandbox } from 'itchat/sandbox'
import { vi } from 'vitest'
import { runCommandLine } from '../../src/cli/command-line.js'
import { botFor } from '../support/bot.js'

export interface CommandOptions {
  cwd: string
  env?: Record<string, string>
  /** Default: no standard input. */
  input?: string | Uint8Array
  /** Whether the input is typed in a terminal that shows standard error. Default false. */
  isTerminal?: boolean
}

interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs `itchat` with these arguments in this process, and resolves to its output. */
export async function runCommand(
  args: readonly string[],
  { cwd, env, input = '', isTerminal = false }: CommandOptions,
): Promise<CommandResult> {
  const before = {
    cwd: process.cwd(),
    env: process.env,
    exitCode: process.exitCode,
    interrupt: listeners(),
    isTTY: process.stderr.isTTY,
  }
  process.env = { ...process.env, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...env }
  process.chdir(cwd)
  process.exitCode = undefined
  const result = { stdout: '', stderr: '' }
  const mocks = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text: string | Uint8Array) => {
      result[name] += String(text)
      return true
    }),
  )
  const typed = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: isTerminal })
  const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(typed as never)
  const terminal = isTerminal ? Object.assign(process.stderr, { isTTY: true }) : undefined
  try {
    await runCommandLine(args)
    return { code: Number(process.exitCode ?? 0), ...result }
  } finally {
    for (const mock of [...mocks, stdin]) mock.mockRestore()
    if (terminal) terminal.isTTY = before.isTTY
    for (const [signal, kept] of before.interrupt) {
      for (const listener of process.listeners(signal)) if (!kept.includes(listener)) process.off(signal, listener)
    }
    process.chdir(before.cwd)
    process.env = before.env
    process.exitCode = before.exitCode
  }
}

function listeners() {
  return (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, process.listeners(signal)] as const)
}

/** A folder with a saved login for the sandbox, in `itchat.json`, and a function that runs `itchat` in it. */
export async function loggedInFolder(sandbox: Sandbox) {
  const folder = emptyFolder(sandbox)
  const bot = botFor(sandbox)
  await bot.autoLogin({ hotReload: true, statusStorageDir: folder.state })
  await bot.close()
  return folder
}

/** An empty folder, and a function that runs `itchat` in it. */
export function emptyFolder(sandbox: { url: string }) {
  const cwd = mkdtempSync(join(tmpdir(), 'command-'))
  const env = { ITCHAT_BASE_URL: sandbox.url }
  return {
    cwd,
    env,
    state: join(cwd, 'itchat.json'),
    run: (args: readonly string[], options: Partial<CommandOptions> = {}) =>
      runCommand(args, { cwd, ...options, env: { ...env, ...options.env } }),
  }
}

/** Parses JSON lines. */
export function jsonLines(text: string): any[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
