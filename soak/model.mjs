// Random lives of an account: calls, and what phone, server and other processes do. State and events have to be as the table of sessions
// says, and nothing may go on after the end. `npm test` plays a thousand.
// node soak/model.mjs [lives]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { numberArgument } from './support.mjs'

const lives = numberArgument(2, 10_000)
const root = join(import.meta.dirname, '..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const test = ['run', 'test/account/model.test.ts', '-t', 'over memory the life']
const env = { ...process.env, ITCHAT_MODEL_RUNS: String(lives) }
const { status } = spawnSync(process.execPath, [vitest, ...test], { cwd: root, env, stdio: 'inherit' })
process.exit(status ?? 1)
