import { fileSign } from '../text/file-name.js'

const COLOURS: Readonly<Record<string, string>> = {
  PDF: '#c6432f',
  DOC: '#2f63b4',
  XLS: '#1c7c50',
  CSV: '#1c7c50',
  PPT: '#bd5a1c',
  ZIP: '#8a6a24',
  RAR: '#8a6a24',
  '7Z': '#8a6a24',
  MP3: '#8c4a8f',
  MP4: '#6a4fa0',
}

/** A file icon labeled with the extension. */
export function FileSign({ name }: { name: string }) {
  const sign = fileSign(name)
  return (
    <svg class="file-sign drawing" width="38" height="44" viewBox="0 0 38 44" aria-hidden="true">
      <path fill={COLOURS[sign] ?? '#6f6a60'} d="M5 0h20l13 13v26a5 5 0 0 1-5 5H5a5 5 0 0 1-5-5V5a5 5 0 0 1 5-5z" />
      <path fill="#fff" fill-opacity=".45" d="M25 0l13 13H29a4 4 0 0 1-4-4z" />
      <text x="19" y="34" text-anchor="middle" fill="#fff" font-size={sign.length > 3 ? 10 : 12} font-weight="700">
        {sign || '?'}
      </text>
    </svg>
  )
}
