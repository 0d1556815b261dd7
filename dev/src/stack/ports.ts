import { freePort } from '../ports/index.ts'
import { type ServiceName, serviceNames } from './service-names.ts'

/** Where everything listens; from 4000 on, so that one range is all there is to remember. */
export interface Ports {
  readonly gateway: number
  readonly services: Readonly<Record<ServiceName, number>>
  readonly jobsBoard: number
  readonly mailbox: number
  readonly smtp: number
  readonly stripe: number
  readonly app: number
  readonly postgres: number
}

const FIRST = 4000

/**
 * Chooses the ports of a stack.
 *
 * @param choice `usual`: 4000 and the following, each replaced by a free one when it is taken; `free`: any free ones
 */
export const choosePorts = async (choice: 'usual' | 'free'): Promise<Ports> => {
  const taken = new Set<number>()
  const next = async (offset: number) => {
    const port = await freePort(choice === 'usual' ? FIRST + offset : 0, taken)
    taken.add(port)
    return port
  }
  const gateway = await next(0)
  const ofServices: Record<string, number> = {}
  for (const [index, name] of serviceNames.entries()) ofServices[name] = await next(index + 1)
  return {
    gateway,
    services: ofServices as Record<ServiceName, number>,
    jobsBoard: await next(8),
    mailbox: await next(9),
    smtp: await next(10),
    stripe: await next(11),
    app: await next(12),
    postgres: await next(13),
  }
}
