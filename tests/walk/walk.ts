import { afterAll, beforeAll, describe } from 'vitest'
import { seedAdmin, startTestStack } from '../support/start-test-stack.ts'
import { describeBrowsing } from './browsing.ts'
import { describeBuying } from './buying.ts'
import { describeEnding } from './ending.ts'
import { describeFinishing } from './finishing.ts'
import { describeOffering } from './offering.ts'
import { newWalk, type Walk } from './scene.ts'
import { describeWatching } from './watching.ts'

/** From registration to rating, through every service, in one of the two topologies. */
export const describeWalk = (topology: Walk['topology']) =>
  describe(`a client and a freelancer, from registration to rating (topology: ${topology})`, () => {
    const walk = newWalk(topology)
    beforeAll(async () => {
      walk.stack = await startTestStack(topology, { seed: seedAdmin(walk.admin) })
    }, 120_000)
    afterAll(async () => {
      const people: readonly (Walk['client'] | undefined)[] = [walk.client, walk.freelancer, walk.stranger]
      for (const person of people) await person?.client.close()
      await (walk.stack as Walk['stack'] | undefined)?.close()
    }, 60_000)

    describeOffering(walk)
    describeBuying(walk)
    describeFinishing(walk)
    if (topology === 'process') describeBrowsing(walk)
    describeWatching(walk)
    describeEnding(walk)
  })
