// Fills, sorts and searches the table of contacts. It is inlined in the page, and the data is in the element `data`.

/** Rows on one page: as many as every browser lays out at once without a delay. */
const PAGE_ROWS = 100

/** @typedef {string | number} Cell */

/**
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 */
function element(id, type) {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${id}`)
  return found
}

/** @type {{ rows: Cell[][], strings: { range: string, none: string } }} */
const { rows, strings } = JSON.parse(document.getElementById('data')?.textContent ?? '')
const table = element('table', HTMLTableElement)
const range = element('range', HTMLElement)
const search = element('search', HTMLInputElement)
const previous = element('previous', HTMLButtonElement)
const next = element('next', HTMLButtonElement)

const { compare } = new Intl.Collator('zh', { numeric: true })

/** @param {string} text */
const normalized = (text) => text.normalize('NFKC').toLowerCase()

const sortedRows = rows.map((cells) => ({ cells, text: normalized(cells.join('\n')) }))
let shown = sortedRows
let first = 0

/**
 * Empty cells are last in both directions.
 *
 * @param {Cell} a
 * @param {Cell} b
 * @param {1 | -1} direction
 */
function compareCells(a, b, direction) {
  if (a === '' || b === '') return Number(a === '') - Number(b === '')
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b))
  return order * direction
}

function render() {
  const body = document.createElement('tbody')
  for (const { cells } of shown.slice(first, first + PAGE_ROWS)) {
    const row = body.insertRow()
    for (const [index, cell] of cells.entries()) {
      const node = index === 0 ? document.createElement('th') : document.createElement('td')
      if (index === 0) node.scope = 'row'
      // A name cannot change the direction of the text around it.
      node.dir = 'auto'
      node.textContent = String(cell)
      if (typeof cell === 'number') node.className = 'number'
      row.append(node)
    }
  }
  table.tBodies[0]?.replaceWith(body)
  const last = Math.min(first + PAGE_ROWS, shown.length)
  const numbers = { first: first + 1, last, total: shown.length }
  range.textContent =
    shown.length === 0
      ? strings.none
      : strings.range.replace(/\{(first|last|total)\}/g, (_, name) => String(numbers[/** @type {'first'} */ (name)]))
  // `disabled` would take the focus away from a button that was just pressed.
  previous.setAttribute('aria-disabled', String(first === 0))
  next.setAttribute('aria-disabled', String(last === shown.length))
}

function find() {
  const words = normalized(search.value).split(/\s+/)
  shown = sortedRows.filter(({ text }) => words.every((word) => text.includes(word)))
  first = 0
  render()
}

/** @param {HTMLTableCellElement} heading @param {number} column */
function sortBy(heading, column) {
  const isAscending = heading.ariaSort !== 'ascending'
  for (const cell of table.tHead?.rows[0]?.cells ?? []) cell.removeAttribute('aria-sort')
  heading.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending')
  sortedRows.sort((a, b) => compareCells(a.cells[column] ?? '', b.cells[column] ?? '', isAscending ? 1 : -1))
  find()
}

/** @param {number} change */
function turn(change) {
  const target = first + change
  if (target < 0 || target >= shown.length) return
  first = target
  render()
}

for (const [column, heading] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
  if (rows.some((cells) => typeof cells[column] === 'number')) heading.className = 'number'
  heading.querySelector('button')?.addEventListener('click', () => sortBy(heading, column))
}
search.addEventListener('input', find)
previous.addEventListener('click', () => turn(-PAGE_ROWS))
next.addEventListener('click', () => turn(PAGE_ROWS))
render()
