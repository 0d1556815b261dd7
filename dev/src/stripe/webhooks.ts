import { EventEmitter, once } from 'node:events'
import {
  backoffMs,
  DEFAULT_RETRY,
  type Delivery,
  type DeliveryResult,
  post,
  type RetryPolicy,
  shuffled,
} from './delivery.ts'
import type { StoredEvent } from './store.ts'

/** Messages under way at once; Stripe does not promise an order either. */
const PARALLEL = 4
/** How long shuffled events are collected before they leave, in milliseconds. */
const SHUFFLE_WINDOW_MS = 100
const REMEMBERED_RESULTS = 1000

/** Where the events come from and go to. */
export interface WebhookOptions {
  url: string | undefined
  secret: string
  retry?: RetryPolicy | undefined
  /** Unix seconds for the signature. */
  timestamp(): number
  findEvent(id: string): StoredEvent | undefined
  /** Called when an event has reached its receiver, or is given up. */
  onSettled(eventId: string, result: DeliveryResult): void
}

/** Sends events to one endpoint, at least once, and lets tests make the network worse. */
export class Webhooks {
  readonly #options: WebhookOptions
  readonly #retry: RetryPolicy
  readonly #closing = new AbortController()
  readonly #idle = new EventEmitter()
  readonly #results: DeliveryResult[] = []
  #url: string | undefined
  #waiting: Delivery[] = []
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  #paused = false
  #extraCopies = 0
  #delayMs = 0
  #shuffle = false
  #failing = 0
  #losing = 0

  constructor(options: WebhookOptions) {
    this.#options = options
    this.#url = options.url
    this.#retry = options.retry ?? DEFAULT_RETRY
  }

  /** Takes an event; returns whether an endpoint will get it. */
  enqueue(eventId: string): boolean {
    if (!this.#url) return false
    if (this.#losing > 0) {
      this.#losing--
      return false
    }
    const collect = this.#shuffle ? SHUFFLE_WINDOW_MS : 0
    const dueAt = Date.now() + Math.max(this.#delayMs, collect)
    for (let copy = 0; copy <= this.#extraCopies; copy++) this.#waiting.push({ eventId, attempt: 1, dueAt })
    this.#schedule()
    return true
  }

  /** Every event from now on leaves `extra` more times than once. */
  duplicate(extra: number): void {
    this.#extraCopies = extra
  }

  /** Every event from now on waits so many milliseconds. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Events that wait leave in random order while this is on. */
  shuffle(on: boolean): void {
    this.#shuffle = on
  }

  /** The next `count` tries do not reach the receiver and are repeated later. */
  failNext(count = 1): void {
    this.#failing = count
  }

  /** The next `count` events are never sent: what reconciliation is for. */
  loseNext(count = 1): void {
    this.#losing = count
  }

  /** Keeps everything back until {@link resume} or {@link flush}. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#schedule()
  }

  /** Sends to another endpoint from now on. */
  setUrl(url: string): void {
    this.#url = url
    this.#schedule()
  }

  /** Sends an event once more, as the button in Stripe's dashboard does. */
  resend(eventId: string): void {
    this.#waiting.push({ eventId, attempt: 1, dueAt: Date.now() })
    this.#schedule()
  }

  /** Every try so far, oldest first; the last thousand. */
  results(): readonly DeliveryResult[] {
    return this.#results
  }

  /** How many messages wait or are under way. */
  pending(): number {
    return this.#waiting.length + this.#underWay
  }

  /**
   * Sends everything that waits now, whatever it waits for (delay, shuffle window, back-off, pause), and resolves when
   * nothing waits any more: each message was delivered or given up.
   */
  async flush(): Promise<void> {
    const paused = this.#paused
    this.#paused = false
    while (this.pending() > 0 && this.#url && !this.#closing.signal.aborted) {
      for (const delivery of this.#waiting) delivery.dueAt = 0
      this.#send()
      if (this.#underWay > 0) await once(this.#idle, 'change')
    }
    this.#paused = paused
  }

  /** Stops; what is under way is aborted and stays pending. */
  close(): void {
    clearTimeout(this.#timer)
    this.#closing.abort()
    this.#idle.emit('change')
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#paused || this.#closing.signal.aborted || this.#waiting.length === 0) return
    const next = Math.min(...this.#waiting.map((delivery) => delivery.dueAt))
    this.#timer = setTimeout(() => this.#send(), Math.max(0, next - Date.now()))
    this.#timer.unref()
  }

  #send(): void {
    const now = Date.now()
    const due = this.#waiting.filter((delivery) => delivery.dueAt <= now)
    const leaving = (this.#shuffle ? shuffled(due) : due).slice(0, PARALLEL - this.#underWay)
    this.#waiting = this.#waiting.filter((delivery) => !leaving.includes(delivery))
    for (const delivery of leaving) void this.#try(delivery)
    if (this.#underWay < PARALLEL) this.#schedule()
  }

  async #try(delivery: Delivery): Promise<void> {
    this.#underWay++
    const status = await this.#post(delivery)
    this.#underWay--
    if (!this.#closing.signal.aborted) this.#record(delivery, status)
    this.#idle.emit('change')
    this.#schedule()
  }

  async #post({ eventId }: Delivery): Promise<number | null> {
    if (this.#failing > 0) {
      this.#failing--
      return null
    }
    const event = this.#options.findEvent(eventId)
    if (!event || !this.#url) return null
    const { secret } = this.#options
    const body = JSON.stringify(event, null, 2)
    return await post({ url: this.#url, secret, body, timestamp: this.#options.timestamp() }, this.#closing.signal)
  }

  #record({ eventId, attempt }: Delivery, status: number | null): void {
    const delivered = status !== null && status >= 200 && status < 300
    const result = { eventId, attempt, status, delivered }
    this.#results.push(result)
    if (this.#results.length > REMEMBERED_RESULTS) this.#results.shift()
    if (delivered || attempt >= this.#retry.attempts) {
      this.#options.onSettled(eventId, result)
      return
    }
    const dueAt = Date.now() + backoffMs(this.#retry, attempt)
    this.#waiting.push({ eventId, attempt: attempt + 1, dueAt })
  }
}
