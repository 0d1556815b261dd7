import { EventEmitter } from 'node:events'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Delivery, type Message, parseMessage } from './message.ts'

/** How many mails are kept; the oldest go first. */
const KEPT = 1_000

/** Which mails are meant; every given part must match. */
export interface MessageFilter {
  /** A recipient's whole address, in any case. */
  readonly to?: string | undefined
  /** A part of the subject, in any case. */
  readonly subject?: string | undefined
  /** Only mails received after the one with this id. */
  readonly after?: string | undefined
}

/** `message` after a mail is stored, `cleared` after all were removed. */
interface StoreEvents {
  message: [Message]
  cleared: []
}

export interface MessageStoreOptions {
  /** Where the mails survive a restart, one JSON file each; only in memory without it. */
  readonly directory?: string | undefined
  readonly onUnreadable: (file: string) => void
}

/** The received mails, oldest first. */
export class MessageStore extends EventEmitter<StoreEvents> {
  readonly #messages: Message[] = []
  readonly #directory: string | undefined
  #lastId = 0

  private constructor(directory: string | undefined) {
    super()
    this.#directory = directory
    // One listener per open page and per waiting test.
    this.setMaxListeners(0)
  }

  /** Opens the store with what an earlier run has left; a file that cannot be read is reported and passed over. */
  static async open({ directory, onUnreadable }: MessageStoreOptions): Promise<MessageStore> {
    const store = new MessageStore(directory)
    if (!directory) return store
    await mkdir(directory, { recursive: true, mode: 0o700 })
    for (const file of (await readdir(directory)).filter((name) => name.endsWith('.json')).sort()) {
      const message = await readMessage(join(directory, file))
      if (message) store.#messages.push(message)
      else onUnreadable(join(directory, file))
    }
    store.#lastId = Number(store.#messages.at(-1)?.id ?? 0)
    return store
  }

  /** Stores a mail; on the disk too before it resolves. */
  async add(delivery: Delivery): Promise<Message> {
    // The clock makes ids grow across restarts, even after everything was removed.
    this.#lastId = Math.max(this.#lastId + 1, Date.now())
    const message = await parseMessage(String(this.#lastId), delivery)
    if (this.#directory) await writeMessage(this.#directory, message)
    this.#messages.push(message)
    this.#messages.sort((one, other) => one.id.localeCompare(other.id))
    await this.#remove(this.#messages.splice(0, Math.max(0, this.#messages.length - KEPT)))
    this.emit('message', message)
    return message
  }

  /** Newest first. */
  list(filter: MessageFilter, limit: number): Message[] {
    return this.#messages
      .filter((message) => matches(message, filter))
      .slice(-limit)
      .reverse()
  }

  find(id: string): Message | undefined {
    return this.#messages.find((message) => message.id === id)
  }

  /**
   * The first matching mail after `filter.after`; without `after` the newest that is there. Waits for one to arrive.
   *
   * @returns undefined when the signal ends the wait
   */
  waitFor(filter: MessageFilter, signal: AbortSignal): Promise<Message | undefined> {
    const present = this.#messages.filter((message) => matches(message, filter))
    const found = filter.after === undefined ? present.at(-1) : present[0]
    if (found || signal.aborted) return Promise.resolve(found)
    return new Promise((resolve) => {
      const end = (message?: Message) => {
        this.off('message', look)
        signal.removeEventListener('abort', giveUp)
        resolve(message)
      }
      const look = (message: Message) => matches(message, filter) && end(message)
      const giveUp = () => end()
      this.on('message', look)
      signal.addEventListener('abort', giveUp)
    })
  }

  async clear(): Promise<void> {
    await this.#remove(this.#messages.splice(0))
    this.emit('cleared')
  }

  async #remove(messages: readonly Message[]): Promise<void> {
    const directory = this.#directory
    if (directory) await Promise.all(messages.map(({ id }) => rm(fileOf(directory, id), { force: true })))
  }
}

const matches = (message: Message, { to, subject, after }: MessageFilter): boolean =>
  (to === undefined || message.to.includes(to.toLowerCase())) &&
  (subject === undefined || message.subject.toLowerCase().includes(subject.toLowerCase())) &&
  (after === undefined || message.id > after)

const fileOf = (directory: string, id: string): string => join(directory, `${id}.json`)

const writeMessage = async (directory: string, message: Message): Promise<void> => {
  const half = `${fileOf(directory, message.id)}.half`
  await writeFile(half, JSON.stringify(message), { mode: 0o600 })
  await rename(half, fileOf(directory, message.id))
}

const readMessage = async (file: string): Promise<Message | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Message
  } catch {
    return undefined
  }
}
