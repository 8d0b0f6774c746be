import { startCommand } from '../frame/half.js'
import { programUrl } from '../frame/program-url.js'
import { CopyBox } from '../parts/copy-box.js'

/** The command that starts a program with the iLink transport against this sandbox. */
export function StartCommand() {
  return <CopyBox text={startCommand('clawbot', programUrl())} />
}
