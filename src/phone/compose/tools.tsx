import { useRef } from 'preact/hooks'
import type { ChatView, MessageView } from '../../sandbox/control/view.js'
import { requestFriend, sayAnything } from '../client.js'
import { useKeys } from '../hooks/use-keys.js'
import { useStrings } from '../hooks/use-strings.js'
import { Icon, type IconName } from '../parts/icon.js'
import { kindString } from '../text/message-strings.js'
import { FileChooser } from './file-chooser.js'
import { KindForm } from './kind-form.js'
import { KindMenu } from './kind-menu.js'
import { KindPopup } from './kind-popup.js'
import { type MenuKind, menuKindsOf } from './menu-kinds.js'
import { useFormPlace } from './use-form-place.js'
import type { Tray } from './use-tray.js'

/** The popup that is open above the composer. */
export type OpenTool = 'menu' | { kind: MenuKind; quoted?: MessageView; selected?: string } | undefined

interface Props {
  chat: ChatView
  speaker: string
  tray: Tray
  open: OpenTool
  setOpen(open: OpenTool | ((now: OpenTool) => OpenTool)): void
  disabled: boolean
  onSent(): void
}

/** Toolbar for images, files and voice messages, with the menu of all message kinds and their forms. */
export function Tools({ chat, speaker, tray, open, setOpen, disabled, onSent }: Props) {
  const strings = useStrings()
  const images = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const form = typeof open === 'object' ? open : undefined
  const place = useFormPlace(speaker, chat.id, form?.quoted, form?.selected)
  const close = () => setOpen(undefined)
  // Another form may have been opened while this one was being sent.
  const closeForm = () => setOpen((now) => (now === form ? undefined : now))
  const toggleMenu = () => setOpen(open === 'menu' ? undefined : 'menu')
  useKeys({
    'Alt+K': () => {
      if (!disabled) toggleMenu()
    },
  })

  const button = (icon: IconName, label: string, onClick: () => void) => (
    <button
      type="button"
      class="icon-button tool"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  )
  return (
    <div class="tools" role="toolbar" aria-label={strings.tools}>
      {button('image', strings.addImage, () => images.current?.click())}
      {button('attach', strings.addFile, () => files.current?.click())}
      {button('mic', strings.sayVoice, () => setOpen({ kind: 'voice' }))}
      <button
        type="button"
        class={open === 'menu' ? 'icon-button plus current' : 'icon-button plus'}
        aria-label={strings.kindMenu}
        title={`${strings.kindMenu} (Alt K)`}
        aria-haspopup="menu"
        aria-expanded={open === 'menu'}
        disabled={disabled}
        onClick={toggleMenu}
      >
        <Icon name="plus" />
      </button>
      <FileChooser
        multiple
        inputRef={images}
        label={strings.addImage}
        accept="image/*"
        onFiles={(chosen) => tray.add(chosen, 'image')}
      />
      <FileChooser multiple inputRef={files} label={strings.addFile} onFiles={(chosen) => tray.add(chosen)} />
      {open === 'menu' && <KindMenu kinds={menuKindsOf(chat)} onKind={(kind) => setOpen({ kind })} close={close} />}
      {form && (
        <KindPopup key={form.kind} label={kindString(form.kind, strings)} close={close}>
          <KindForm
            kind={form.kind}
            place={place}
            say={(request, signal) => sayAnything(chat.id, request, signal)}
            ask={requestFriend}
            onDone={() => {
              closeForm()
              onSent()
            }}
            onCancel={close}
          />
        </KindPopup>
      )}
    </div>
  )
}
