import type { Logger } from '@gigraph/shared/logging'
import { Redis } from 'ioredis'
import type { Count, Counters, Try } from './counters.ts'

const PREFIX = 'identity:limit:'

/** Time comes from the service, as everywhere; Redis's own clock only sweeps up what nobody asks for any more. */
const ADD = `
local found = redis.call('HMGET', KEYS[1], 'count', 'resetsAt')
if found[1] and tonumber(found[2]) > tonumber(ARGV[1]) then
  return { redis.call('HINCRBY', KEYS[1], 'count', 1), found[2] }
end
redis.call('HSET', KEYS[1], 'count', 1, 'resetsAt', ARGV[2])
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[2]) - tonumber(ARGV[1]) + 60000)
return { 1, ARGV[2] }`

interface RedisCountersOptions {
  readonly url: string
  /** Counts while Redis is away: nobody is kept out by that, and nobody may guess without a limit. */
  readonly otherwise: Counters
  readonly log: Logger
}

/** Counts in Redis. */
export const redisCounters = ({ url, otherwise, log }: RedisCountersOptions): Counters => {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 1_000 })
  let reachable = true
  // Each command rejects by itself; without a listener the loss of the connection would end the process.
  redis.on('error', (error: Error) => {
    if (reachable) log.warn({ err: error }, 'rate limits are counted in PostgreSQL while Redis is away')
    reachable = false
  })
  redis.on('ready', () => {
    reachable = true
  })

  const add = async ({ key, now, resetsAt }: Try): Promise<Count> => {
    const answer = await redis.eval(ADD, 1, PREFIX + key, now.getTime(), resetsAt.getTime())
    const [count, end] = answer as [number, string]
    return { count, resetsAt: new Date(Number(end)) }
  }

  const firstOf = async <T>(here: () => Promise<T>, there: () => Promise<T>): Promise<T> => {
    if (redis.status === 'connecting' || redis.status === 'connect') await settled(redis)
    try {
      return await here()
    } catch (error) {
      log.debug({ err: error }, 'a rate limit is counted in PostgreSQL')
      return there()
    }
  }

  return {
    add: (attempt) =>
      firstOf(
        () => add(attempt),
        () => otherwise.add(attempt),
      ),
    remove: async (keys) => {
      await otherwise.remove(keys)
      await firstOf(
        async () => void (await redis.del(keys.map((key) => PREFIX + key))),
        async () => {},
      )
    },
    close: async () => {
      redis.disconnect()
    },
  }
}

/** The connection is there, or has failed: at the start a try may come before either. */
const settled = (redis: Redis): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      redis.off('ready', done)
      redis.off('close', done)
      resolve()
    }
    redis.once('ready', done)
    redis.once('close', done)
  })
