import { textParts } from '../text/parts.js'

/** A message's text with mentions and links; never parsed as markup. */
export function RichText({ text, names }: { text: string; names?: readonly string[] }) {
  let at = 0
  return (
    <>
      {textParts(text, names).map((part) => {
        const key = at
        at += part.text.length
        if (part.kind === 'link') {
          return (
            <a key={key} href={part.text} target="_blank" rel="noopener noreferrer">
              {part.text}
            </a>
          )
        }
        return part.kind === 'mention' ? (
          <span key={key} class="mention">
            {part.text}
          </span>
        ) : (
          part.text
        )
      })}
    </>
  )
}
