import { expect, test } from 'vitest'
import { createGraphClient } from '../support/client.ts'
import * as documents from './documents.ts'
import { type Walk, within } from './scene.ts'

/** A service dies, and somebody leaves. */
export const describeEnding = (walk: Walk): void => {
  if (walk.topology === 'services')
    test('a killed service costs its own fields only, and is back within ten seconds of its restart', async () => {
      const pid = walk.stack.processes.find(({ name }) => name === 'orders')?.pid()
      process.kill(pid ?? 0, 'SIGKILL')
      const read = () => walk.stranger.client.run(documents.WithOrders, { handle: walk.freelancer.handle })
      await expect
        .poll(async () => (await read()).errors?.[0]?.extensions?.code ?? null, within)
        .toBe('SERVICE_UNAVAILABLE')
      expect((await read()).data.user).toMatchObject({
        displayName: 'Finn Tester',
        completedOrders: null,
        gigs: { nodes: [{ id: walk.gigId }] },
      })
      // How long a process takes to start is the machine's matter.
      const isReady = async () => (await fetch(`${walk.stack.serviceUrls.orders}/health/ready`).catch(() => null))?.ok
      await expect.poll(isReady, within).toBe(true)
      const restartedAt = performance.now()
      await expect.poll(async () => (await read()).data.user?.completedOrders, within).toBe(1)
      expect(performance.now() - restartedAt).toBeLessThan(10_000)
    })

  test('whoever logs out is out: the token and the open socket end within five seconds', async () => {
    const token = walk.client.accessToken
    const graph = createGraphClient(walk.stack.graphqlUrl, token)
    const stream = graph.subscribe('subscription { notificationAdded { id } }')
    const closed = stream.next().then(
      ({ done, value }) => done || Boolean(value?.errors),
      () => true,
    )
    expect((await graph.query('{ viewer { id } }')).viewer.id).toBe(walk.client.id)
    await graph.query('mutation { logout { loggedOut } }')
    const loggedOutAt = performance.now()
    await expect
      .poll(async () => (await graph.run('{ viewer { id } }')).errors?.[0]?.extensions?.code ?? null, within)
      .toBe('UNAUTHENTICATED')
    expect(await closed).toBe(true)
    expect(performance.now() - loggedOutAt).toBeLessThan(5_000)
    await graph.close()
  })
}
