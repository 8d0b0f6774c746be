import type { Itchat } from '../index.js'
import type { Friend } from '../sandbox/actors/friend.js'
import { SandboxError } from '../sandbox/errors.js'
import type { Faults } from '../sandbox/faults/faults.js'
import { checkOptions, type OptionNames, SANDBOX_OPTIONS, type SandboxOptions } from '../sandbox/options.js'
import type { Sandbox } from '../sandbox/sandbox.js'
import type { Transcript } from '../sandbox/transcript/read.js'
import type { TranscriptRecording } from '../sandbox/transcript/recording.js'
import type { PersonSpec, WorldSpec } from '../sandbox/world/spec.js'
import { Explanation } from './explain.js'
import { HandlingLog } from './handling-log.js'
import { MessageLog } from './message-log.js'
import { TestOwner, TestPerson, TestRoom } from './people.js'
import type { ProgramProcess } from './program-process.js'
import type { Progress } from './progress.js'
import type { ChatContext } from './test-chat.js'
import type { TestClock } from './test-clock.js'
import { TestReplay } from './test-replay.js'
import { type ExpectOptions, Watch } from './watch.js'

/** Options of the world of a test. Everything has a default. */
export interface TestWorldOptions {
  /** Friends of the account in addition to Alice and Bob. */
  people?: readonly (string | PersonSpec)[]
  /** Groups in addition to `Room`, or instead of it under the same topic: the names of the members by topic. */
  rooms?: Readonly<Record<string, readonly string[]>>
  /** Replaces the world: the account `bot`, its friends Alice and Bob, and its group `Room` with both of them. */
  world?: WorldSpec
  /** The transport of the bot. With `'ilink'`, only `t.owner` can talk to it. Default `'web'`. */
  transport?: 'web' | 'ilink'
  /** More options of the sandbox. In `testBot`, `floodLimit` is off by default, because the clock stands still. */
  sandbox?: Omit<SandboxOptions, 'clock' | 'world' | 'port'>
}

/** The names of the options of a world. */
export const WORLD_OPTIONS: OptionNames<TestWorldOptions> = {
  people: true,
  rooms: true,
  world: true,
  transport: true,
  sandbox: true,
}

const { clock: _clock, world: _world, port: _port, ...MORE_SANDBOX_OPTIONS } = SANDBOX_OPTIONS

/** The options of the sandbox for a world. @throws SandboxError for an unknown option of the sandbox */
export function sandboxOptions({ people = [], rooms = {}, world, transport, sandbox }: TestWorldOptions) {
  if (sandbox !== undefined) checkOptions(sandbox, MORE_SANDBOX_OPTIONS, 'sandbox')
  const groups = Object.entries({ Room: ['Alice', 'Bob'], ...rooms }).map(([topic, members]) => ({
    topic,
    members: [...members],
  }))
  return {
    autoLogin: true,
    ...(transport === 'ilink' ? { ilink: true } : {}),
    ...sandbox,
    port: 0,
    world: world ?? {
      owner: 'bot',
      friends: ['Alice', 'Bob', ...people],
      groups,
    },
  } satisfies SandboxOptions
}

/** The parts of a test. A bot in another process has no clock and cannot be observed. */
interface WorldParts {
  sandbox: Sandbox
  progress: Progress
  clock?: TestClock
  bot?: () => Itchat
  program?: ProgramProcess
}

/** A sandbox with people who talk to a bot. Disposing it closes the sandbox. */
export class TestWorld {
  /** The sandbox, with everything else that it can do. */
  readonly sandbox: Sandbox
  readonly #isIlink: boolean
  readonly #context: ChatContext
  readonly #replay: TestReplay
  readonly #program: ProgramProcess | undefined
  protected readonly handlings: HandlingLog

  /** Use `testBot` or `testProgram` instead. */
  constructor(
    { transport }: Pick<TestWorldOptions, 'transport'>,
    { sandbox, progress, clock, bot, program }: WorldParts,
  ) {
    const onChange = () => progress.changed()
    const messages = new MessageLog(sandbox, onChange)
    this.sandbox = sandbox
    this.handlings = new HandlingLog(onChange)
    this.#isIlink = transport === 'ilink'
    this.#program = program
    sandbox.on('request', (request) => progress.request(request))
    const parts = {
      ...{ sandbox, progress, messages, handlings: this.handlings, isIlink: this.#isIlink },
      ...(clock && bot ? { running: { clock, bot } } : {}),
      ...(program ? { program } : {}),
    }
    const explanation = new Explanation(parts)
    this.#context = { watch: new Watch(parts), messages, explanation }
    this.#replay = new TestReplay({ ...parts, ...this.#context })
    sandbox.addDiagnostics(({ said }) => explanation.fatesOf(said))
  }

  /** Injects faults such as dropped connections and malformed replies. */
  get faults(): Faults {
    return this.sandbox.faults
  }

  /** The person named Alice. */
  get alice(): TestPerson {
    return this.person('Alice')
  }

  /** The person named Bob. */
  get bob(): TestPerson {
    return this.person('Bob')
  }

  /** The group with the topic `Room`. */
  get room(): TestRoom {
    return this.group('Room')
  }

  /** The owner of the account, over iLink only. */
  get owner(): TestOwner {
    if (this.#isIlink) return new TestOwner(this.sandbox.clawbot, this.#context)
    throw new SandboxError("t.owner needs the option { transport: 'ilink' }. Use t.sandbox.owner for the phone.")
  }

  /**
   * Finds a person, an official account or `filehelper` by name, remark, alias or id. The error for an unknown name lists
   * similar names. Over iLink, there is only `t.owner`.
   */
  person(name: string): TestPerson {
    this.#requireWeb()
    return new TestPerson(this.#find(name), this.#context)
  }

  /** Finds a group by topic or id. The error for an unknown topic lists similar topics. Over iLink, there are no groups. */
  group(topic: string): TestRoom {
    this.#requireWeb()
    return new TestRoom(this.sandbox.group(topic), this.#context, this.sandbox.owner.name)
  }

  /**
   * Waits until the bot has handled every message and has sent its replies, or waits for the clock. Unlike an expectation,
   * it reads no message and does not fail because of a handler that threw.
   *
   * @throws SandboxError if the limit of real time passes first
   */
  async settled(options?: ExpectOptions): Promise<void> {
    const end = await this.#context.watch.wait(() => false, options)
    if (end === 'timeout') throw new SandboxError('settled: the bot has not finished in time. Set `timeoutMs`.')
  }

  /**
   * Records from now on what people, the phone and this test do, and what the bot sends, until the recording or the
   * sandbox is closed. Without a path, the lines are kept in memory.
   *
   * @throws SandboxError if the file exists
   */
  record(path?: string): TranscriptRecording {
    return this.sandbox.record(path)
  }

  /**
   * Repeats what people, the phone and a test did in a transcript (a path, its lines, or the result of `readTranscript`),
   * and checks that the bot sends what is recorded. In `testBot`, the recorded pauses pass on `t.clock`. An answer may
   * come `withinMs` later than in the recording; `timeoutMs` is the limit of real time, as in an expectation.
   *
   * @throws ReplayError if the bot sends something else
   * @throws TranscriptError before anything is replayed, if the transcript is invalid or its people are unknown
   */
  replay(transcript: Transcript | string | readonly string[], options: ExpectOptions = {}): Promise<void> {
    return this.#replay.run(transcript, options)
  }

  /**
   * Closes the sandbox and the bot, or ends the process that was returned to `testProgram`. `await using` calls it at the
   * end of a test.
   */
  async close(): Promise<void> {
    await this.#program?.stop()
    await this.sandbox.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #requireWeb(): void {
    if (this.#isIlink)
      throw new SandboxError('Over iLink, only the owner of the account can talk to the bot. Use t.owner.')
  }

  #find(name: string): Friend {
    try {
      return this.sandbox.friend(name)
    } catch (error) {
      try {
        return this.sandbox.official(name)
      } catch {
        throw error
      }
    }
  }
}
