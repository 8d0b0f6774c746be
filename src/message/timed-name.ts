/**
 * The file name of media that have no name: `yymmdd-HHMMSS-` in local time, then the last six digits of the id to
 * distinguish messages sent in the same second.
 *
 * @param message `CreateTime` in epoch seconds
 * @param extension without a dot
 */
export function timedName({ CreateTime, MsgId }: { CreateTime: number; MsgId: string }, extension: string): string {
  const at = new Date(CreateTime * 1000)
  const time = Number.isNaN(at.getTime()) ? new Date(0) : at
  const pad = (value: number) => String(value).padStart(2, '0')
  const day = pad(time.getFullYear() % 100) + pad(time.getMonth() + 1) + pad(time.getDate())
  const clock = pad(time.getHours()) + pad(time.getMinutes()) + pad(time.getSeconds())
  return `${day}-${clock}-${MsgId.replace(/\D/g, '').slice(-6).padStart(6, '0')}.${extension}`
}
