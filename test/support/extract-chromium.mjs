// Runs in a separate process with TMPDIR set to the target folder: the package determines from its environment whether
// to unpack its system libraries, and where.
import chromium from '@sparticuz/chromium'

process.stdout.write(await chromium.executablePath())
