import type { Viewer } from '@gigraph/shared/auth'
import type { Everything } from './start-everything.ts'

const job = {
  title: 'A shop window for autumn leaves',
  description: 'Three panes of leaves that glow in the evening, by the first of November, with the lamps.',
  categoryId: 'illustration',
  skills: ['Leaf pressing'],
  budget: { kind: 'FIXED', minMinor: 50_000, maxMinor: 80_000 },
  duration: 'WEEKS',
  level: 'EXPERT',
  questions: ['Which lamps would you hang?'],
}
const proposal = {
  coverLetter: 'I have pressed leaves since I was four, and my uncle sells lamps by the harbour.',
  bid: { amountMinor: 60_000 },
  deliveryDays: 9,
  answers: ['Those of my uncle by the harbour.'],
}
const offer = {
  title: 'A fourth pane of leaves',
  description: 'Like the other three, but of maple from my own garden.',
  price: { amountMinor: 9_000 },
  deliveryDays: 3,
}
const tool = {
  title: 'Leaf recognizer of the harbour',
  description: 'Tells a maple from a plane by the picture that you send to it.',
  endpoint: 'https://leaves-of-the-harbour.example/tell',
  pointsPerUse: 2,
}

const Register =
  'mutation ($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { id } } }'
const webhook = {
  url: 'https://hooks-of-the-harbour.example/leaves',
  description: 'The lamps in the window of the leaf shop',
  events: ['ORDER_PLACED'],
}

/** What the demo's people do on the market that the demo itself does not: each act must succeed. */
export const actOnMarket = async (
  { services: { marketplace, messaging } }: Everything,
  { client, freelancer, creator }: { readonly client: Viewer; readonly freelancer: Viewer; readonly creator: Viewer },
): Promise<void> => {
  const act = async (viewer: Viewer, name: string, field: string, input: object): Promise<string> => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`
    const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${field} { id } userErrors { message } } }`
    const answer = (await marketplace.as(viewer).query(query, { input }))[name]
    if (answer.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(answer.userErrors)}`)
    return answer[field].id
  }
  for (const viewer of [client, freelancer, creator])
    await messaging.as(viewer).query(Register, {
      input: {
        ...webhook,
        url: `${webhook.url}/${viewer.id}`,
        description: `${webhook.description} of ${viewer.id}`,
      },
    })
  const jobId = await act(client, 'postJob', 'job', job)
  const message = 'Your leaves at the harbour fair made my whole autumn.'
  await act(client, 'inviteFreelancer', 'invitation', { jobId, freelancerId: freelancer.id, message })
  await act(freelancer, 'submitProposal', 'proposal', { jobId, ...proposal })
  await act(freelancer, 'sendCustomOffer', 'customOffer', { clientId: client.id, ...offer })
  await act(creator, 'createTool', 'tool', tool)
}
