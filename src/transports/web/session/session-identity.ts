import { createHash } from 'node:crypto'
import type { SessionIdentity } from '../../../transport/transport.js'

/** Whose session it is; the hash of the sid names it without being a secret. */
export function identityOf({ uin, sid }: { uin: string; sid: string }): SessionIdentity {
  return { account: uin, session: createHash('sha256').update(sid).digest('hex').slice(0, 16) }
}
