import type { TestProject } from 'vitest/node'

/** Prints the seed for the run. To repeat the run, set `ITCHAT_TEST_SEED` to this seed. */
export function setup(project: TestProject): void {
  const { ITCHAT_TEST_SEED } = process.env
  const seed = ITCHAT_TEST_SEED === undefined ? Date.now() | 0 : Number(ITCHAT_TEST_SEED)
  if (!Number.isInteger(seed)) throw new Error(`Invalid ITCHAT_TEST_SEED "${ITCHAT_TEST_SEED}": expected an integer.`)
  process.stdout.write(`Seed for the property tests: ITCHAT_TEST_SEED=${seed}\n`)
  project.provide('seed', seed)
}
