#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import { ItchatError } from '../errors.js'
import { DEFAULT_PORT, PortInUseError, SandboxError } from '../sandbox/index.js'
import { version } from './banner.js'
import { sandboxCommand } from './sandbox-command.js'

const program = new Command('itchat')
  .description('Log a personal WeChat account into a program, or try it on a local WeChat')
  .version(version())

program
  .command('sandbox')
  .description('run a local WeChat with a page that plays the phone')
  .option('--port <number>', `port on 127.0.0.1, 0 for any free one (default ${DEFAULT_PORT})`, readPort)
  .option('--auto-login', 'scan and confirm every login by itself')
  .action(sandboxCommand)

function readPort(value: string): number {
  const port = Number(value)
  if (!/^\d{1,5}$/.test(value) || port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}

try {
  await program.parseAsync()
} catch (error) {
  const isOurs = error instanceof ItchatError || error instanceof PortInUseError || error instanceof SandboxError
  process.stderr.write(`${isOurs ? error.message : `Unexpected: ${String(error)}`}\n`)
  process.exitCode = 1
}
