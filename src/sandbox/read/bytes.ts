/** Reads a request body. Returns `undefined` if it exceeds `limitBytes`. Waits for `onChunk` before the next chunk. */
export async function readBytes(
  request: Request,
  limitBytes: number,
  onChunk?: (sizeBytes: number) => Promise<void>,
): Promise<Buffer | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) return undefined
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > limitBytes) return undefined
    chunks.push(chunk)
    await onChunk?.(chunk.length)
  }
  return Buffer.concat(chunks)
}
