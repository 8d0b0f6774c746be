import jsqr from 'jsqr'

type Decode = (
  data: Uint8ClampedArray,
  width: number,
  height: number,
  options?: { inversionAttempts: 'dontInvert' },
) => { data: string } | null

// The package is CommonJS whose types promise a default export that Node does not make.
const decode = ((jsqr as unknown as { default?: Decode }).default ?? jsqr) as Decode

/** The text of the QR code in RGBA pixels; `undefined` when there is none. */
export function readQr(data: ArrayLike<number>, width: number, height: number): string | undefined {
  return decode(Uint8ClampedArray.from(data), width, height, { inversionAttempts: 'dontInvert' })?.data
}
