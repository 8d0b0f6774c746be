/** Global options that are followed by a value. */
const WITH_VALUE = ['--lang']
/** The other options that may precede the command. */
const WITHOUT_VALUE = ['-h', '--help', '-V', '--version', '--no-color', '--verbose']

/**
 * Separates the arguments of the program in `itchat run bot.ts --verbose` from those of the command with `--`, so that
 * the parser passes them on unread. Other command lines are returned unchanged.
 */
export function separateProgramArguments(args: readonly string[]): string[] {
  const command = nextOperand(args, 0)
  const file = nextOperand(args, command + 1)
  if (args[command] !== 'run' || file === args.length || args.slice(0, file + 2).includes('--')) return [...args]
  return [...args.slice(0, file + 1), '--', ...args.slice(file + 1)]
}

/**
 * Returns the name of a command that does not exist: in `itchat nothing --help` or `itchat help nothing`. `undefined`
 * after an unknown option, whose value would be taken for a command.
 */
export function unknownCommandIn(args: readonly string[], commands: readonly string[]): string | undefined {
  const first = nextOperand(args, 0)
  const options = args.slice(0, first).filter((arg) => arg.startsWith('-'))
  if (options.some((option) => ![...WITH_VALUE, ...WITHOUT_VALUE].includes(option.replace(/=.*/, '')))) return undefined
  const name = args[args[first] === 'help' ? nextOperand(args, first + 1) : first]
  return name === undefined || ['help', ...commands].includes(name) ? undefined : name
}

/** Index of the next argument that is not an option or its value, or the number of arguments. */
function nextOperand(args: readonly string[], from: number): number {
  for (let index = from; index < args.length; index++) {
    const arg = args[index] ?? ''
    if (!arg.startsWith('-')) return index
    if (WITH_VALUE.includes(arg)) index++
  }
  return args.length
}
