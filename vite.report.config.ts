import { defineConfig } from 'vite'

/** Bundles the packages that `src/cli/report/vendor` re-exports, replacing the compiler's output in `dist`. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'src/cli/report/vendor/plot.ts',
    outDir: 'dist/cli/report/vendor',
    emptyOutDir: false,
    target: 'node20',
    minify: true,
    license: { fileName: 'licenses.md' },
  },
  ssr: { noExternal: true },
})
