import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'
import { fileSize, shortName } from '../text/file-name.js'
import { ownMedia } from '../text/safe-link.js'
import type { Viewed } from './viewer-context.js'

/** Full-page viewer for an image or video. */
export function Viewer({ viewed, close }: { viewed: Viewed; close: () => void }) {
  const strings = useStrings()
  const dialog = useRef<HTMLDialogElement>(null)
  const [failed, setFailed] = useState(false)
  const { kind, media } = viewed
  const url = ownMedia(media.url)
  const kindName = kind === 'image' ? strings.kindImage : strings.kindVideo
  const about = [
    shortName(media.name),
    media.width && media.height && `${media.width} × ${media.height}`,
    fileSize(media.sizeBytes),
  ]
  useLayoutEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog natively
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={[kindName, viewed.title].filter(Boolean).join(strings.comma)}
      onClose={close}
      onClick={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close()
      }}
    >
      <div class="viewed">
        {failed || !url ? (
          <p class="viewer-broken" role="alert">
            <strong>{strings.cannotShow}</strong>
            {strings.cannotShowText}
          </p>
        ) : kind === 'image' ? (
          <img src={url} alt={kindName} width={media.width} height={media.height} onError={() => setFailed(true)} />
        ) : (
          // biome-ignore lint/a11y/useMediaCaption: videos sent in chats have no captions
          <video
            src={url}
            poster={ownMedia(media.thumbUrl)}
            width={media.width}
            height={media.height}
            controls
            autoplay
            playsInline
            onError={() => setFailed(true)}
          />
        )}
      </div>
      <footer>
        <span class="viewer-about">{about.filter(Boolean).join(' · ')}</span>
        {url && (
          <a class="viewer-button" href={url} download={media.name || true} aria-label={strings.download}>
            <Icon name="download" />
          </a>
        )}
        <button
          type="button"
          class="viewer-button"
          aria-label={strings.close}
          data-first
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </footer>
    </dialog>
  )
}
