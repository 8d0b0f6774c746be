#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_PORT } from '../sandbox/index.js'
import { VERSION } from '../util/version.js'
import { exitCodeOf, explain } from './explain.js'
import { readPort } from './read-port.js'
import { sandboxCommand } from './sandbox-command.js'

const program = new Command('itchat')
  .description('Use a personal WeChat account from a program, or test the program against a local WeChat server')
  .version(VERSION)
  // Must precede the subcommands, which inherit it.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

program
  .command('sandbox')
  .description('run a local WeChat server with a web page that simulates the phone')
  .addOption(
    new Option('--port <number>', `port on 127.0.0.1, 0 for any free port (default ${DEFAULT_PORT})`)
      .env('PORT')
      .argParser(portOption),
  )
  .option('--host <ip>', 'also open the page, but not the server, to other devices at this address of the machine')
  .addOption(
    new Option('--world <language>', 'language of the people, groups and messages (default zh)').choices(['zh', 'en']),
  )
  .option('--auto-login', 'scan and confirm every login automatically')
  .option('--ilink', 'open the ClawBot chat, for programs that use the iLink transport')
  .addOption(new Option('--record <file>', 'record the session to a new file, as a transcript').conflicts('replay'))
  .addOption(
    new Option(
      '--replay <file>',
      'replay a transcript against the program that logs in, and exit with 1 if the program sends something else',
    ).conflicts('world'),
  )
  .addOption(
    new Option('--speed <speed>', 'speed of --replay: with the recorded pauses, or without')
      .choices(['real', 'full'])
      .default('full'),
  )
  .action(sandboxCommand)

function portOption(value: string): number {
  const port = readPort(value)
  if (port === undefined) throw new InvalidArgumentError('Expected a number from 0 to 65535.')
  return port
}

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${explain(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
