// Run as a process of its own, with TMPDIR set to where the browser is to be unpacked: the package decides by the
// environment whether its own system libraries come along, and where to.
import chromium from '@sparticuz/chromium'

process.stdout.write(await chromium.executablePath())
