import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    alias: [
      { find: /^itchat$/, replacement: new URL('./src/index.ts', import.meta.url).pathname },
      { find: /^itchat\/(compat|sandbox)$/, replacement: `${new URL('./src/', import.meta.url).pathname}$1` },
    ],
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/temporary-folder.ts', 'test/support/seed.ts', 'test/support/fresh-build.mjs'],
    reporters: ['default', './test/support/closing-line.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
