/** Bundled into the package with its licence, so that installing it brings no HTTP framework along. */
export { createAdaptorServer } from '@hono/node-server'
