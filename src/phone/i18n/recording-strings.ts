/** Strings for recording a transcript, in Chinese and English. */
export const RECORDING_STRINGS = {
  recording: ['录制', 'Transcript'],
  recordingOn: ['录制，正在进行', 'Transcript, recording'],
  recordingText: [
    '录下接下来的消息、手机操作、故障和机器人的回答，以后可以回放并对照。',
    'Records the messages, phone actions and faults from now on, and what the bot sends, to replay and compare later.',
  ],
  recordingStart: ['开始录制', 'Record'],
  recordingStop: ['停止', 'Stop'],
  recordingSince: [(time: string) => `正在录制，${time} 开始`, (time: string) => `Recording since ${time}`],
  recordingDone: [
    (lines: number, size: string) => `已录制 ${lines} 行，${size}`,
    (lines: number, size: string) => `Recorded ${lines} lines, ${size}`,
  ],
  recordingFull: ['。录制已达到大小上限，自动停止。', '. It has reached the size limit and stopped.'],
  recordingDownload: ['下载', 'Download'],
  recordingAgain: ['重新录制', 'Record again'],
  recordingReplaces: ['重新录制会替换这一份。', 'Recording again replaces this transcript.'],
  recordingFile: [(name: string) => `正在录制到 ${name}`, (name: string) => `Recording to ${name}`],
  recordingFileEnds: ['由命令或测试开始，随它结束。', 'Started by the command or a test, and ends with it.'],
} as const
