import { escapeUTF8 } from 'entities/escape'

/** Text that is already HTML. Only this file and code that serializes a document create it. */
export class Html {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

type Part = string | Html | readonly Html[]

/** A template for HTML: escapes every value except `Html`, also within quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(sourceOf)))
}

function sourceOf(part: Part): string {
  if (typeof part === 'string') return escapeUTF8(part)
  return part instanceof Html ? part.source : part.map(({ source }) => source).join('')
}

/** Formats a value as JSON for the content of a `script` element, where `</script` or `<!--` would end or change it. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'))
}
