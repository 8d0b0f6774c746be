import { useEffect } from 'preact/hooks'
import { CLAWBOT, type UploadView } from '../../sandbox/control/view.js'
import { store } from '../client.js'
import { useStore } from '../hooks/use-store.js'
import { useStrings } from '../hooks/use-strings.js'
import { FileSign } from '../kinds/file-sign.js'
import { Avatar, BotAvatar } from '../parts/avatar.js'
import { Icon } from '../parts/icon.js'
import { uploadKey } from '../store/state.js'
import { fileSize, plainName, shortName } from '../text/file-name.js'

/** An upload without progress for this long is assumed to have been abandoned or sent to another chat. */
const GONE_AFTER_MS = 30_000

/** An upload by the bot that is still in progress. */
export function UploadLine({ upload }: { upload: UploadView }) {
  const strings = useStrings()
  const owner = useStore((state) => state.people[state.owner])
  const isClawbot = upload.chatId === CLAWBOT
  const share = upload.totalBytes > 0 ? Math.min(1, upload.receivedBytes / upload.totalBytes) : 0
  const percent = Math.floor(share * 100)
  const name = plainName(upload.name) || strings.nameless
  useEffect(() => {
    const timer = setTimeout(() => store.change({ type: 'uploadGone', key: uploadKey(upload) }), GONE_AFTER_MS)
    return () => clearTimeout(timer)
  }, [upload])
  return (
    <div class={isClawbot ? 'line' : 'line own'}>
      {isClawbot ? <BotAvatar size={36} /> : owner && <Avatar person={owner} size={36} />}
      <div class="bubble-column">
        <span class="own-tag bot-tag">
          <Icon name="bot" size={13} />
          {strings.bot}
        </span>
        <div
          class="card upload"
          role="progressbar"
          aria-label={strings.uploading(name, percent)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
        >
          <span class="file">
            <span class="file-text">
              <span class="file-name">{shortName(name)}</span>
              <span class="card-more">{`${fileSize(upload.receivedBytes)} / ${fileSize(upload.totalBytes)}`}</span>
            </span>
            <FileSign name={name} />
          </span>
          <span class="card-foot">
            <span class="upload-bar">
              <i style={{ transform: `scaleX(${share})` }} />
            </span>
            <span class="figures">{percent}%</span>
          </span>
        </div>
      </div>
    </div>
  )
}
