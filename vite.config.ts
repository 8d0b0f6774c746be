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
    // Keeps the license notice for the icons.
    rolldownOptions: { output: { comments: { legal: true } } },
    license: { fileName: 'licenses.md' },
    assetsInlineLimit: 0,
    // The first browser versions that support `light-dark()` natively.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
  },
})
