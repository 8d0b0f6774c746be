/** A shell command with environment variables, for PowerShell on Windows and for POSIX shells elsewhere. */
export function shellCommand(variables: Readonly<Record<string, string>>, command: string): string {
  const isWindows = process.platform === 'win32'
  const set = Object.entries(variables).map(([name, value]) =>
    isWindows ? `$env:${name} = '${value}'; ` : `${name}=${value} `,
  )
  return `${set.join('')}${command}`
}
