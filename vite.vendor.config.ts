import { defineConfig } from 'vite'

/** Bundles the packages that `src/sandbox/vendor` re-exports, replacing the compiler's output in `dist`. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'src/sandbox/vendor/hono.ts',
    outDir: 'dist/sandbox/vendor',
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    license: { fileName: 'licenses.md' },
  },
  ssr: { noExternal: true },
})
