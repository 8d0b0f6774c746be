/** Bundled with the package, including its license, so that the package does not depend on an HTTP framework. */
export { createAdaptorServer } from '@hono/node-server'
export { type Context, Hono, type MiddlewareHandler } from 'hono'
export { bodyLimit } from 'hono/body-limit'
export { methodNotAllowed } from 'hono/method-not-allowed'
export { serveStatic } from 'hono/serve-static'
export { type SSEStreamingApi, streamSSE } from 'hono/streaming'
