import { defineConfig } from 'vite'

/** Builds the sandbox's web page, `src/phone`, into `dist/phone`. */
export default defineConfig({
  root: 'src/phone',
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/phone',
    emptyOutDir: true,
    sourcemap: false,
    // Every icon has its own notice; `licenses.md` contains each license once.
    rolldownOptions: { output: { comments: { legal: false } } },
    license: { fileName: 'licenses.md' },
    assetsInlineLimit: 0,
    // The first browser versions that support `light-dark()` natively.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
})
