import * as v from 'valibot'
import { type Fields, isObject } from '../read/fields.js'
import { bodyLimit, type Context, type MiddlewareHandler } from '../vendor/hono.js'
import type { ControlEnv } from './control-env.js'
import { failure } from './guard.js'
import { ApiRefusal } from './refusal.js'

const MIB = 1024 * 1024

/** A schema of a request body. The message of each field states what was expected. */
type BodySchema = v.GenericSchema<Fields, unknown> & { readonly entries: Readonly<Record<string, unknown>> }

/**
 * Parses and validates the body, which the handler reads with `valid('json')`. Only JSON is accepted, because forms on
 * other sites cannot send it.
 */
export function jsonBody<Schema extends BodySchema>(
  schema: Schema,
  limitBytes = MIB,
): MiddlewareHandler<ControlEnv, string, { out: { json: v.InferOutput<Schema> } }> {
  const limit = bodyLimit({
    maxSize: limitBytes,
    onError: () => failure(413, `The body is larger than ${limitBytes / MIB} MiB.`),
  })
  return async (c, next) => {
    if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
      throw new ApiRefusal(415, 'Invalid Content-Type: expected application/json.')
    }
    const text = await textOf(c, limit)
    if (text instanceof Response) return text
    c.req.addValidatedData('json', validate(schema, parseObject(text)) as object)
    await next()
  }
}

/** Reads the body, or returns the reply to one that is too large. */
async function textOf(c: Context, limit: MiddlewareHandler): Promise<string | Response> {
  const { signal } = c.req.raw
  let text = ''
  try {
    const refused = await limit(c, async () => {
      text = await c.req.raw.text()
    })
    return refused ?? text
  } catch (error) {
    // The page disconnected while sending, which is not an internal error. It does not read the reply.
    if (signal.aborted) throw new ApiRefusal(400, 'The request was cancelled.')
    throw error
  }
}

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    if (isObject(value) && !Array.isArray(value)) return value
  } catch {
    // Handled below like any other invalid body.
  }
  throw new ApiRefusal(400, 'Invalid body: expected a JSON object.')
}

/** Fills in the defaults. Throws an `ApiRefusal` that names the first invalid field. */
function validate(schema: BodySchema, body: Fields): unknown {
  // A missing field is invalid in the same way as an undefined one, so that its own message is used.
  const missing = Object.keys(schema.entries).filter((name) => !Object.hasOwn(body, name))
  const fields = { ...body, ...Object.fromEntries(missing.map((name) => [name, undefined])) }
  const { success, output, issues } = v.safeParse(schema, fields, { abortEarly: true })
  if (success) return output
  const [issue] = issues
  throw new ApiRefusal(400, `Invalid ${String(issue.path?.[0]?.key ?? 'body')}: expected ${issue.message}.`)
}
