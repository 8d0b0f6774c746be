/** Bundled with the package, including its license, so that the package does not depend on an HTTP framework. */
export { createAdaptorServer } from '@hono/node-server'
