import { at, parseXml } from '../../../util/xml.js'
import type { WireMessage } from '../wire/message.js'

/** Attributes of the `<location>` in `OriContent`; `undefined` when it is missing or malformed. @see docs/protocol.md §10.3 */
export function placeOf({ OriContent }: Pick<WireMessage, 'OriContent'>): Readonly<Record<string, string>> | undefined {
  const root = parseXml(OriContent)
  return (root?.name === 'location' ? root : at(root, 'location'))?.attributes
}
