/** What the sandbox throws at its caller; the message says what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError'
}

/** The port the sandbox was to listen on is taken. */
export class PortInUseError extends SandboxError {
  override name = 'PortInUseError'
  readonly port: number

  constructor(port: number) {
    super(
      `port ${port} of 127.0.0.1 is taken, perhaps by another sandbox. ` +
        'Choose another with --port or { port }; --port 0 or { port: 0 } takes any free one.',
    )
    this.port = port
  }
}
