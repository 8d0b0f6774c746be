import { networkInterfaces } from 'node:os'
import { SandboxError } from './errors.js'

/** Throws unless `host` is an address of this machine that other devices can reach. */
export function checkHost(host: string): void {
  const addresses = reachableAddresses()
  if (addresses.includes(host.toLowerCase())) return
  const available = addresses.length === 0 ? 'this machine has none' : `available: ${addresses.join(', ')}`
  throw new SandboxError(
    `Invalid host ${JSON.stringify(host)}: expected an IP address of this machine that other devices can reach (${available}).`,
  )
}

/** Link-local IPv6 addresses are left out, because browsers do not accept the zone that they require. */
function reachableAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family, address }) => !internal && !(family === 'IPv6' && /^fe[89ab]/i.test(address)))
    .map(({ address }) => address.toLowerCase())
}

/** Formats an IP address and a port as an HTTP origin. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
