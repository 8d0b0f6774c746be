import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { useStrings } from '../hooks/use-strings.js'
import { Icon } from '../parts/icon.js'

interface Props {
  title: string
  onClose(): void
  children: ComponentChildren
}

/** A dialog that is open while mounted; the element marked `data-first` receives focus. */
export function Modal({ title, onClose, children }: Props) {
  const strings = useStrings()
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    dialog.showModal()
    dialog.querySelector<HTMLElement>('[data-first="true"]')?.focus()
    // Closing the dialog before it is removed restores focus.
    return () => dialog.close()
  }, [])
  return (
    <dialog ref={ref} class="dialog people-dialog" aria-labelledby={id} onClose={onClose}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon-button" aria-label={strings.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  )
}
