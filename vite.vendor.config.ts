import { defineConfig } from 'vite'

/** Bundles what `src/sandbox/vendor` hands on, over the files that the compiler left in `dist`. */
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
