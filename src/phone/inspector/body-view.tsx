import type { BodyView } from '../../sandbox/control/view.js'
import { useStrings } from '../hooks/use-strings.js'
import { fileSize } from '../text/file-name.js'
import { parseJson } from './json-tree.js'
import { JsonView } from './json-view.js'
import { MaskedText } from './masked-text.js'

/** Makes a part that scrolls focusable, so that it can be scrolled with the keyboard. */
export const TAB_STOP = 0

interface Props {
  body: BodyView
  /** Names by `UserName`. */
  names: Readonly<Record<string, string>>
}

/** A decoded body of a request or reply. */
export function Body({ body, names }: Props) {
  const strings = useStrings()
  switch (body.kind) {
    case 'none':
      return <p class="wire-quiet">{strings.wireNoBody}</p>
    case 'dropped':
      return <p class="wire-quiet">{strings.wireDropped(fileSize(body.sizeBytes))}</p>
    case 'binary':
      return <BinaryNote {...body} />
    case 'form':
      return (
        <dl class="wire-pairs" tabIndex={TAB_STOP}>
          {body.parts.map(({ name, text, fileName = '', ...file }, index) => (
            <div key={index}>
              <dt>{name}</dt>
              <dd>
                {text === undefined ? (
                  <BinaryNote {...file} type={fileName} />
                ) : (
                  <TextOrJson text={text} names={names} />
                )}
              </dd>
            </div>
          ))}
        </dl>
      )
    default:
      return (
        <>
          <div class="wire-code" tabIndex={TAB_STOP}>
            <TextOrJson text={body.text} names={names} />
          </div>
          {body.isCut && <p class="wire-quiet">{strings.wireCut(fileSize(body.sizeBytes))}</p>}
        </>
      )
  }
}

function TextOrJson({ text, names }: { text: string; names: Props['names'] }) {
  const tree = /^\s*[{[]/.test(text) ? parseJson(text) : undefined
  return tree ? <JsonView node={tree} names={names} /> : <MaskedText text={text} />
}

function BinaryNote({ type, sizeBytes, md5 }: { type: string; sizeBytes: number; md5?: string }) {
  const strings = useStrings()
  return (
    <p class="wire-quiet">
      {strings.wireBinary(type, fileSize(sizeBytes))}
      {md5 !== undefined && (
        <>
          <br />
          MD5 <code>{md5}</code>
        </>
      )}
    </p>
  )
}
