import { startSandbox } from '../sandbox/sandbox.js'
import { Progress } from './progress.js'
import { sandboxOptions, TestWorld, type TestWorldOptions } from './test-world.js'

/**
 * Starts a sandbox in real time for a bot in another process, such as one in another language, and waits until the
 * program is logged in and receiving. Expectations wait for up to `timeoutMs`, because it is unknown when the program has
 * finished.
 *
 * ```ts
 * await using t = await testProgram((url) => {
 *   child = spawn('node', ['bot.js'], { env: { ...process.env, ITCHAT_BASE_URL: url } })
 * })
 * ```
 *
 * @param start starts the program, which must use this URL as its server
 * @throws any error from `start`; the abort reason when `signal` aborts before the program is logged in
 */
export async function testProgram(
  start: (url: string) => unknown,
  { signal, ...options }: TestWorldOptions & { signal?: AbortSignal } = {},
): Promise<TestWorld> {
  const sandbox = await startSandbox(sandboxOptions(options))
  try {
    const test = new TestWorld(options, { sandbox, progress: new Progress() })
    await start(sandbox.url)
    const wait = signal ? { signal } : {}
    await (options.transport === 'ilink' ? sandbox.clawbot.online(wait) : sandbox.online(wait))
    return test
  } catch (error) {
    await sandbox.close()
    throw error
  }
}
