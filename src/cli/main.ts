#!/usr/bin/env node
import { runCommandLine } from './command-line.js'
import { handleOutputErrors } from './output.js'

handleOutputErrors()
void runCommandLine(process.argv.slice(2))
