import { defineConfig } from 'vite'

/** Bundles the packages that `src/sandbox/vendor` re-exports, replacing the compiler's output in `dist`. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'src/sandbox/vendor/node-server.ts',
    outDir: 'dist/sandbox/vendor',
    emptyOutDir: false,
    target: 'node20',
    license: { fileName: 'licenses.md' },
  },
  ssr: { noExternal: true },
})
