/** Base class of the sandbox's errors; the message says what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError'
}

/** The port for the sandbox is in use. */
export class PortInUseError extends SandboxError {
  override name = 'PortInUseError'
  readonly port: number

  constructor(port: number) {
    super(
      `Port ${port} on 127.0.0.1 is in use, possibly by another sandbox. ` +
        'Choose another with --port or { port }; --port 0 or { port: 0 } picks any free port.',
    )
    this.port = port
  }
}
