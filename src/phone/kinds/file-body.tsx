import type { MediaView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { fileSize, plainName, shortName } from '../text/file-name.js'
import { ownMedia } from '../text/safe-link.js'
import { FileSign } from './file-sign.js'

/** A file with its shortened name, its size and a download link, or a note that the phone cannot open it. */
export function FileBody({ media, isBroken }: { media: MediaView; isBroken: boolean }) {
  const strings = useStrings()
  const name = plainName(media.name) || strings.nameless
  const url = ownMedia(media.url)
  const content = (
    <>
      <span class="file-text">
        <span class="file-name">{shortName(name)}</span>
        <span class="card-more">
          {isBroken ? strings.cannotOpen : fileSize(media.sizeBytes)}
          <Icon name={isBroken ? 'alert' : 'download'} size={14} />
        </span>
      </span>
      <FileSign name={name} />
    </>
  )
  if (!url || isBroken) return <div class="card file">{content}</div>
  return (
    <a class="card file" href={url} download={media.name || true} title={name} tabIndex={-1} data-primary>
      <span class="unseen">{strings.downloadName(name)} </span>
      {content}
    </a>
  )
}
