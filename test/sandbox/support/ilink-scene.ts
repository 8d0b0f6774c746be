import { afterEach, beforeEach, expect } from 'vitest'
import { type IlinkOptions, type Sandbox, startSandbox } from '../../../src/sandbox/index.js'
import { ManualClock } from '../../support/manual-clock.js'
import { IlinkClient } from './ilink-client.js'

/** The sandbox of the current test, its clock, and a program that is bound to it and has announced its start. */
export let clock: ManualClock
export let sandbox: Sandbox
export let client: IlinkClient

async function start(ilink: IlinkOptions = {}): Promise<void> {
  clock = new ManualClock()
  sandbox = await startSandbox({ port: 0, clock, autoLogin: true, ilink })
  client = await new IlinkClient(sandbox.url).login()
  await client.start()
}

/** Starts a sandbox before each test of the file. An internal error in it makes the test fail. */
export function startBeforeEach(): void {
  beforeEach(() => start())
  afterEach(async () => {
    expect(sandbox.lastError).toBeUndefined()
    await sandbox.close()
  })
}

/** Replaces the sandbox by one with other options. */
export async function restart(ilink: IlinkOptions): Promise<void> {
  await sandbox.close()
  await start(ilink)
}

/** Makes the owner write, and fetches the message. */
export async function greet(): Promise<void> {
  sandbox.clawbot.say('hi')
  await client.poll()
}
