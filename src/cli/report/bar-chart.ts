import stringWidth from 'string-width'
import { truncate } from '../terminal.js'
import type { Figure } from './figure.js'
import { Html } from './html.js'
import { barX, DOMImplementation, plot, text, XMLSerializer } from './vendor/plot.js'

/** In pixels at the narrowest; the page scales plots up. */
const WIDTH = 340
const ROW_HEIGHT = 26
const FONT_SIZE = 13
/** Of half-width characters, on average. */
const CHARACTER_WIDTH = 7.2
const MAX_LABEL_COLUMNS = 18

/** Draws the bars of a figure as an SVG image, whose description for screen readers lists the same numbers. */
export function barChart({ title, bars }: Figure): Html {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html')
  // Rows are identified by number, because different labels may be equal once they are truncated.
  const rows = bars.map(({ label, count }, row) => ({ row, label: truncate(label, MAX_LABEL_COLUMNS), count }))
  const columnsOf = (texts: string[]) => Math.max(...texts.map((text) => stringWidth(text)))
  const svg = plot({
    document,
    width: WIDTH,
    height: rows.length * ROW_HEIGHT,
    marginTop: 0,
    marginBottom: 0,
    marginLeft: columnsOf(rows.map(({ label }) => label)) * CHARACTER_WIDTH + 10,
    marginRight: columnsOf(rows.map(({ count }) => String(count))) * CHARACTER_WIDTH + 10,
    className: 'plot',
    x: { axis: null, domain: [0, Math.max(1, ...bars.map(({ count }) => count))] },
    y: {
      type: 'band',
      domain: rows.map(({ row }) => row),
      tickFormat: (row: number) => rows[row]?.label ?? '',
      tickSize: 0,
      tickPadding: 8,
      label: null,
      padding: 0.3,
    },
    marks: [
      barX(rows, { x: 'count', y: 'row', className: 'bars' }),
      text(rows, {
        x: 'count',
        y: 'row',
        text: ({ count }: { count: number }) => String(count),
        textAnchor: 'start',
        dx: 6,
        className: 'counts',
      }),
    ],
  })
  // The page has these rules in its own style sheet, the only one that its security policy allows.
  for (const style of [...svg.getElementsByTagName('style')]) style.parentNode.removeChild(style)
  // Within an image, labels of groups would not be read.
  for (const group of svg.getElementsByTagName('g')) group.removeAttribute('aria-label')
  svg.setAttribute('font-size', String(FONT_SIZE))
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', `${title}: ${bars.map(({ label, count }) => `${label} ${count}`).join(', ')}`)
  return new Html(new XMLSerializer().serializeToString(svg))
}
