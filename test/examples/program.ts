import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PythonDefaultInstance } from 'itchat/compat'
import type { Sandbox, SandboxOptions } from 'itchat/sandbox'
import { expect, onTestFinished, vi } from 'vitest'
import { sandboxFor } from '../support/bot.js'
import type { TransportName } from './transports.js'

const ROOT = join(import.meta.dirname, '../..')

/** A running tutorial program. */
export interface Program {
  sandbox: Sandbox
  /** The program's default instance. */
  itchat: PythonDefaultInstance
  /** Its working directory. */
  folder: string
  /** The arguments of each `console.log` call. */
  printed: unknown[][]
  /** Text written to standard error. */
  errors: string[]
  /** Resolves once `console.log` has been called `count` times. */
  prints(count: number): Promise<unknown[][]>
  /** Resolves when the program ends; rejects when it fails. */
  ended: Promise<unknown>
}

/** Creates a folder and makes it the working directory until the test ends. */
export function workFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'itchat-'))
  const before = process.cwd()
  process.chdir(folder)
  onTestFinished(() => process.chdir(before))
  return folder
}

/**
 * Runs a tutorial program as Node would: with fresh modules, in an empty folder, until its session or the test ends.
 * Neither the program nor its handlers may fail.
 */
export function start(name: string, options?: StartOptions): Promise<Program> {
  return startFile(`examples/tutorial/${name}.ts`, options)
}

interface StartOptions extends SandboxOptions {
  sandbox?: Sandbox
  folder?: string
  /** Default: the default transport. */
  transport?: TransportName
}

/** Like `start`, for any program. @param file its path from the root of the repository */
export async function startFile(
  file: string,
  { sandbox: given, folder = workFolder(), transport, ...options }: StartOptions = {},
): Promise<Program> {
  const sandbox = given ?? (await sandboxFor(options))
  vi.resetModules()
  vi.stubEnv('ITCHAT_BASE_URL', sandbox.url)
  if (transport) vi.stubEnv('ITCHAT_TRANSPORT', transport)
  const printed: unknown[][] = []
  const errors: string[] = []
  const failures: unknown[] = []
  let wake = () => {}
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => {
    printed.push(args)
    wake()
  })
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors.push(String(text))
    return true
  })
  const { default: itchat } = await import('itchat/compat')
  itchat.on('error', ({ error }) => failures.push(error))
  const ended = import(/* @vite-ignore */ join(ROOT, file))
  onTestFinished(async () => {
    try {
      for (const instance of itchat.instanceList.slice()) await instance.close()
      await ended
      expect(failures).toEqual([])
      expect(sandbox.warnings).toEqual([])
    } finally {
      log.mockRestore()
      stderr.mockRestore()
      vi.unstubAllEnvs()
    }
  })
  const prints = async (count: number) => {
    while (printed.length < count)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return printed
  }
  return { sandbox, itchat, folder, printed, errors, prints, ended }
}
