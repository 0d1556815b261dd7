import { expect, test } from 'vitest'
import { createGraphClient } from '../support/client.ts'
import { join } from '../support/person.ts'
import * as documents from './documents.ts'
import { refusedFor, type Walk, within } from './scene.ts'

/** They join, and the freelancer offers something that the client finds. */
export const describeOffering = (walk: Walk): void => {
  test('they register, verify their address with the link in the mail, and log in with the code in the mail', async () => {
    ;[walk.client, walk.freelancer, walk.stranger] = await Promise.all([
      join(walk.stack, 'CLIENT', 'Cleo'),
      join(walk.stack, 'FREELANCER', 'Finn'),
      join(walk.stack, 'CLIENT', 'Sid'),
    ])
  })

  test('a forged token is refused, and a refresh token gives new tokens', async () => {
    const forged = createGraphClient(walk.stack.graphqlUrl, `${walk.client.accessToken.slice(0, -6)}AAAAAA`)
    expect((await forged.run('{ viewer { id } }')).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const { refreshSession } = await createGraphClient(walk.stack.graphqlUrl, null).query(documents.Refresh, {
      input: { refreshToken: walk.client.refreshToken },
    })
    const again = createGraphClient(walk.stack.graphqlUrl, refreshSession.tokens.accessToken)
    expect((await again.query('{ viewer { id } }')).viewer.id).toBe(walk.client.id)
  })

  test('the freelancer fills a profile; nobody and a client may not', async () => {
    const input = {
      input: {
        headline: 'Logos that last',
        bio: 'I have drawn logos for twelve years.',
        country: 'SE',
        hourlyRate: { amountMinor: 6_500 },
      },
    }
    await expect
      .poll(
        async () =>
          (await walk.freelancer.client.query('{ viewer { freelancerProfile { headline } } }')).viewer
            .freelancerProfile,
        within,
      )
      .not.toBeNull()
    const { updateFreelancerProfile } = await walk.freelancer.client.query(documents.UpdateFreelancerProfile, input)
    expect(updateFreelancerProfile).toMatchObject({
      freelancerProfile: { headline: 'Logos that last' },
      userErrors: [],
    })
    expect(await refusedFor(walk, 'nobody', documents.UpdateFreelancerProfile, input)).toBe('UNAUTHENTICATED')
    expect(await refusedFor(walk, 'stranger', documents.UpdateFreelancerProfile, input)).toBe('FORBIDDEN')
  })

  test('the freelancer publishes a gig; a client may not', async () => {
    const input = { input: documents.gigInput }
    expect(await refusedFor(walk, 'nobody', documents.CreateGig, input)).toBe('UNAUTHENTICATED')
    expect(await refusedFor(walk, 'stranger', documents.CreateGig, input)).toBe('FORBIDDEN')
    // The marketplace learns from an event that the address is verified.
    await expect
      .poll(async () => {
        const { createGig } = await walk.freelancer.client.query(documents.CreateGig, input)
        walk.gigId = createGig.gig?.id ?? walk.gigId
        return createGig.userErrors
      }, within)
      .toEqual([])
    expect(await refusedFor(walk, 'stranger', documents.SubmitGig, { input: { gigId: walk.gigId } })).toBe('NOT_FOUND')
    await expect
      .poll(
        async () =>
          (await walk.freelancer.client.query(documents.SubmitGig, { input: { gigId: walk.gigId } })).submitGig.gig
            ?.status,
        within,
      )
      .toBe('ACTIVE')
  })

  test('the client finds it by search, misspelled too, and reads the seller from other services', async () => {
    const search = async (query: string) =>
      (await walk.client.client.query(documents.Search, { query })).searchGigs.nodes as { id: string }[]
    await expect
      .poll(() => search('timeless lighthouse logo'), within)
      .toMatchObject([
        {
          id: walk.gigId,
          startingPrice: { formatted: '$120.00' },
          seller: { handle: walk.freelancer.handle, freelancerProfile: { headline: 'Logos that last', level: 'NEW' } },
          ratingSummary: { count: 0 },
        },
      ])
    expect(await search('timless lighthose logo')).toMatchObject([{ id: walk.gigId }])
  })
}
