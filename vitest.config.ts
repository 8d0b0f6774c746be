import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const ROOT = import.meta.dirname

/**
 * Matches the source of test files that change modules, the default instance or the process, and so have to run alone.
 * Spies and environment variables are restored automatically.
 */
const CHANGES_THE_PROCESS =
  /\bvi\.(?:mock|doMock|resetModules)\(|processGuard|chdir|program\.js|browser\.js|import itchat\b|newInstance/

const tests = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.test.ts')),
)
const alone = tests.filter((name) => CHANGES_THE_PROCESS.test(readFileSync(join(ROOT, name), 'utf8')))

export default defineConfig({
  resolve: {
    alias: [
      { find: /^itchat$/, replacement: new URL('./src/index.ts', import.meta.url).pathname },
      { find: /^itchat\/ilink$/, replacement: new URL('./src/transports/ilink/index.ts', import.meta.url).pathname },
      { find: /^itchat\/compat$/, replacement: new URL('./src/compat/index.ts', import.meta.url).pathname },
      { find: /^itchat\/sandbox$/, replacement: new URL('./src/test-kit/index.ts', import.meta.url).pathname },
      { find: /^itchat\/sandbox\/vitest$/, replacement: new URL('./src/test-kit/vitest.ts', import.meta.url).pathname },
    ],
  },
  test: {
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/seed.ts', 'test/support/fresh-build.mjs'],
    reporters: ['default', './test/support/closing-line.ts'],
    restoreMocks: true,
    unstubEnvs: true,
    // The default is one less than the number of cores; on two cores, the run would take half as long again.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Far more than any test needs: a busy machine must not make one fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 5 } },
    projects: [
      // Modules are loaded once per worker, because loading them takes longer than running most tests.
      {
        extends: true,
        test: { name: 'shared', include: tests.filter((name) => !alone.includes(name)), isolate: false },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
