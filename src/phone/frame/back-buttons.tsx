import { showScreen } from '../client.js'
import { useStrings } from '../hooks/use-strings.js'
import { CopyButton } from '../parts/copy-button.js'
import type { Half } from '../store/state.js'
import { programCommand } from './program-command.js'

/** The ways back for a program that is not online: its command, and the screen that shows its QR code. */
export function BackButtons({ half }: { half: Half }) {
  const strings = useStrings()
  return (
    <span class="banner-buttons">
      <CopyButton text={programCommand(half)} label={strings.copyCommand} />
      <button type="button" class="button small" onClick={() => showScreen('login')}>
        {strings.openLogin}
      </button>
    </span>
  )
}
