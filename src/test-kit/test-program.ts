import { ChildProcess } from 'node:child_process'
import { SandboxError } from '../sandbox/errors.js'
import { checkOptions } from '../sandbox/options.js'
import { startSandbox } from '../sandbox/sandbox.js'
import { ProgramProcess } from './program-process.js'
import { Progress } from './progress.js'
import { sandboxOptions, TestWorld, type TestWorldOptions, WORLD_OPTIONS } from './test-world.js'

/**
 * Starts a sandbox in real time for a bot in another process, such as one in another language, and waits until the
 * program is logged in and receiving. Expectations wait for up to `timeoutMs`, because it is unknown when the program has
 * finished.
 *
 * ```ts
 * await using t = await testProgram((url) =>
 *   spawn('node', ['bot.js'], { env: { ...process.env, ITCHAT_BASE_URL: url } }),
 * )
 * ```
 *
 * @param start starts the program, which must use this URL as its server. If it returns the process, `close()` ends it.
 * @throws any error from `start`; SandboxError for an unknown option, or if the returned process ends before the program
 * is logged in; the abort reason when `signal` aborts before that
 */
export async function testProgram(
  start: (url: string) => unknown,
  { signal, ...options }: TestWorldOptions & { signal?: AbortSignal } = {},
): Promise<TestWorld> {
  checkOptions(options, WORLD_OPTIONS)
  const sandbox = await startSandbox(sandboxOptions(options))
  let program: ProgramProcess | undefined
  try {
    const started = start(sandbox.url)
    const child = started instanceof ChildProcess ? started : await started
    if (child instanceof ChildProcess) program = new ProgramProcess(child)
    const test = new TestWorld(options, { sandbox, progress: new Progress(), ...(program ? { program } : {}) })
    const wait = signal ? { signal } : {}
    const online = options.transport === 'ilink' ? sandbox.clawbot.online(wait) : sandbox.online(wait)
    const end = await Promise.race([online, ...(program ? [program.ended] : [])])
    if (end !== undefined) throw new SandboxError(`The program is not logged in. ${end}`)
    return test
  } catch (error) {
    await program?.stop()
    await sandbox.close()
    throw error
  }
}
