import { sql } from 'drizzle-orm'
import { Redis } from 'ioredis'
import { type Database, listenTo } from '../database/index.ts'
import type { Logger } from '../logging/index.ts'
import { createHub, type PubSub, type PubSubChannel } from './pubsub.ts'

/** PostgreSQL refuses NOTIFY payloads of 8,000 bytes and more. */
const MAXIMUM_BYTES = 7_000

interface PubSubOptions {
  /** The service: its processes share one channel. */
  readonly service: string
  readonly databaseUrl: string
  readonly db: Database
  /** Takes precedence over PostgreSQL. */
  readonly redisUrl?: string | undefined
  /** Separates installations on one Redis. */
  readonly prefix?: string
  readonly log: Logger
}

/** Opens the service's pub/sub: Redis when there is one, else PostgreSQL's LISTEN/NOTIFY. Listens from the first subscription on. */
export const openPubSub = (options: PubSubOptions): PubSub => {
  const hub = createHub()
  let channel: Promise<PubSubChannel> | undefined
  const open = (): Promise<PubSubChannel> => {
    channel ??= options.redisUrl
      ? redisChannel(options, options.redisUrl, hub.deliver)
      : postgresChannel(options, hub.deliver)
    channel.catch(() => {
      channel = undefined
    })
    return channel
  }

  return {
    publish: async (topic, payload) => {
      const message = JSON.stringify({ topic, payload })
      if (Buffer.byteLength(message) > MAXIMUM_BYTES)
        throw new RangeError(`a message for ${topic} is over ${MAXIMUM_BYTES} bytes: send ids`)
      await (await open()).send(message)
    },
    subscribe: (topic) => {
      const stream = hub.subscribe<never>(topic)
      open().catch((error: unknown) => {
        options.log.error({ err: error }, 'pub/sub cannot listen')
        void stream.return?.()
      })
      return stream
    },
    ready: async () => {
      await open()
    },
    close: async () => {
      hub.endAll()
      await (await channel)?.close()
    },
  }
}

const postgresChannel = async (
  { service, databaseUrl, db, log }: PubSubOptions,
  deliver: (message: string) => void,
): Promise<PubSubChannel> => {
  const name = `gigraph_${service}`
  const listener = await listenTo({
    url: databaseUrl,
    channel: name,
    onPayload: deliver,
    onError: (error) => log.warn({ err: error }, 'LISTEN lost its connection and tries again'),
  })
  return {
    send: async (message) => {
      await db.execute(sql`select pg_notify(${name}, ${message})`)
    },
    close: () => listener.close(),
  }
}

const redisChannel = async (
  { service, prefix = 'gigraph', log }: PubSubOptions,
  redisUrl: string,
  deliver: (message: string) => void,
): Promise<PubSubChannel> => {
  const name = `${prefix}:pubsub:${service}`
  const publisher = new Redis(redisUrl, { maxRetriesPerRequest: 1 })
  const subscriber = new Redis(redisUrl)
  for (const connection of [publisher, subscriber])
    connection.on('error', (error) => log.warn({ err: error }, 'pub/sub lost its connection to Redis and tries again'))
  subscriber.on('message', (_, message) => deliver(message))
  await Promise.all([subscriber.subscribe(name), publisher.ping()])
  return {
    send: async (message) => {
      // What has committed does not wait for Redis: who listens reads again when it is back.
      if (publisher.status !== 'ready') throw new Error('Redis cannot be reached')
      await publisher.publish(name, message)
    },
    close: async () => {
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}
