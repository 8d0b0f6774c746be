import type { Core } from '../core.js'
import { TranscriptRecording } from '../transcript/recording.js'
import { json, secured } from './guard.js'

/** Starts a recording that is kept in memory. */
export function startRecording(core: Core): Response {
  core.recordings.start(() => new TranscriptRecording(core, undefined), core.clock.now())
  return json(core.recordings.view)
}

export async function stopRecording({ recordings }: Core): Promise<Response> {
  await recordings.stop()
  return json(recordings.view)
}

/** Returns the lines recorded so far, as a file to save. */
export function downloadRecording({ recordings }: Core): Response {
  return secured(
    new Response(recordings.text, {
      headers: {
        'Content-Type': 'application/x-ndjson; charset=utf-8',
        'Content-Disposition': 'attachment; filename="sandbox.transcript"',
        'Cache-Control': 'no-store',
      },
    }),
  )
}
