import jsqr from 'jsqr'

type Decode = (
  data: Uint8ClampedArray,
  width: number,
  height: number,
  options?: { inversionAttempts: 'dontInvert' },
) => { data: string } | null

// The package is CommonJS; its types declare a default export that Node does not provide.
const decode = ((jsqr as unknown as { default?: Decode }).default ?? jsqr) as Decode

/** Decodes the QR code in RGBA pixels; returns `undefined` if no code is found. */
export function readQr(data: ArrayLike<number>, width: number, height: number): string | undefined {
  return decode(Uint8ClampedArray.from(data), width, height, { inversionAttempts: 'dontInvert' })?.data
}
