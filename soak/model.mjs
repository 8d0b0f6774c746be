// Simulates random account lifetimes: API calls, and actions by the phone, the server and other processes. The state and
// the events must match SESSION_TABLE, and all activity must stop at the end. `npm test` simulates a thousand lifetimes in
// memory and some over the web protocol and over iLink, which take longer.
// node soak/model.mjs [lives in memory] [lives over each protocol]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { numberArgument } from './support.mjs'

const lives = numberArgument(2, 10_000)
const serverLives = numberArgument(3, 200)
const root = join(import.meta.dirname, '..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const test = ['run', 'test/account/model.test.ts', '-t', 'random sequences']
const env = {
  ITCHAT_TEST_SEED: 'random',
  ...process.env,
  ITCHAT_MODEL_RUNS: String(lives),
  ITCHAT_MODEL_SERVER_RUNS: String(serverLives),
}
const { status } = spawnSync(process.execPath, [vitest, ...test], { cwd: root, env, stdio: 'inherit' })
process.exit(status ?? 1)
