/** Base class of the errors that the sandbox throws. The message says how to fix the problem. */
export class SandboxError extends Error {
  override name = 'SandboxError'
}

/** Thrown when the port for the sandbox is already in use. */
export class PortInUseError extends SandboxError {
  override name = 'PortInUseError'
  readonly port: number

  constructor(port: number, address: string) {
    super(
      `Port ${port} on ${address} is in use, possibly by another sandbox. ` +
        'Choose another port with --port or { port }, or any free port with --port 0 or { port: 0 }.',
    )
    this.port = port
  }
}
