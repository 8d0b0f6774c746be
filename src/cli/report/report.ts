export { reportPage } from './report-page.js'
export { reportRow } from './report-row.js'
export { requireFree, writeReport } from './write-report.js'
