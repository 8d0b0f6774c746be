/** Bundled with the package, including their licenses, so that the package does not depend on a charting library. */
export { barX, plot, text } from '@observablehq/plot'
export { DOMImplementation, XMLSerializer } from '@xmldom/xmldom'
