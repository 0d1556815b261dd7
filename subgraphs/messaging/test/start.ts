import { startMailbox } from '@gigraph/dev/mailbox'
import { profilesService } from '@gigraph/profiles'
import type { Role, Viewer } from '@gigraph/shared/auth'
import type { SubgraphDefinition } from '@gigraph/shared/service'
import { person, startTestServices } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { messagingService } from '../src/index.ts'
import { createWorld } from './stand-in/src/index.ts'

const silent = { debug: () => undefined, warn: () => undefined }

/** Mails as the mailbox's API answers them. */
export interface ReceivedMail {
  readonly id: string
  readonly subject: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** Starts messaging on a database of its own, with a real mailbox, and stand-ins for the services that it asks. */
export const startMessaging = async () => startWith(createWorld())

/** As {@link startMessaging}, with the real keeper of files. */
export const startWithFiles = async (uploadDirectory: string) => {
  const world = createWorld()
  const services = { ...world.services, profiles: profilesService }
  return startWith({ ...world, services }, { UPLOAD_DIRECTORY: uploadDirectory })
}

interface World extends Omit<ReturnType<typeof createWorld>, 'services'> {
  // biome-ignore lint/suspicious/noExplicitAny: a map of definitions with different shapes
  readonly services: Readonly<Record<'identity' | 'profiles' | 'orders' | 'marketplace', SubgraphDefinition<any, any>>>
}

const startWith = async (world: World, environment: Readonly<Record<string, string>> = {}) => {
  const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, log: silent })
  const services = await startTestServices(
    { ...world.services, messaging: messagingService },
    {
      environment: {
        SMTP_URL: mailbox.smtpUrl,
        CODE_HMAC_SECRET: 'another secret of the tests, of no worth elsewhere',
        KEY_ENCRYPTION_SECRET: 'a third secret of the tests, of no worth elsewhere',
        WEBHOOKS_TO_LOOPBACK: 'on',
        PUBLIC_URL: 'https://messaging.gigraph.test',
        APP_URL: 'https://gigraph.test',
        ...environment,
      },
    },
  )

  /** A user whom identity knows. */
  const member = (displayName: string, ...roles: Role[]): Viewer & { email: string } => {
    const viewer = person(...roles)
    const email = `${displayName.toLowerCase()}.${makeId()}@example.com`
    world.users.set(viewer.id, {
      id: viewer.id,
      handle: displayName.toLowerCase(),
      displayName,
      email,
      locale: 'en',
      timeZone: 'Europe/Berlin',
      roles,
      status: 'ACTIVE',
    })
    return { ...viewer, email }
  }

  return {
    ...services,
    world,
    member,
    mailbox,
    /** All mails to one address, oldest first. */
    mailsTo: async (email: string): Promise<ReceivedMail[]> => {
      const answer = await fetch(`${mailbox.webUrl}/api/messages?to=${encodeURIComponent(email)}&limit=100`)
      return ((await answer.json()) as ReceivedMail[]).reverse()
    },
    close: async () => {
      await services.close()
      await mailbox.close()
    },
  }
}

export type Messaging = Awaited<ReturnType<typeof startMessaging>>

export const Start = /* GraphQL */ `
  mutation ($input: StartConversationInput!) {
    startConversation(input: $input) {
      conversation { id kind title lastSequence counterpart { id } order { id } gig { id } job { id } }
      message { id sequence body }
      userErrors { code message field }
    }
  }`
export const Send = /* GraphQL */ `
  mutation ($input: SendMessageInput!) {
    sendMessage(input: $input) { message { id sequence body sender { id } replyTo { id } clientMessageId } userErrors { code field } }
  }`
export const Read = /* GraphQL */ `
  mutation ($input: MarkReadInput!) { markRead(input: $input) { conversation { id unreadCount } userErrors { code field } } }`
export const Messages = /* GraphQL */ `
  query ($id: ID!, $afterSequence: Int, $first: Int, $after: String, $last: Int, $before: String) {
    conversation(id: $id) {
      id lastSequence unreadCount
      messages(afterSequence: $afterSequence, first: $first, after: $after, last: $last, before: $before) {
        nodes { id kind sequence body sender { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }`

/** Variables with which another instance works on the same database, with the same neighbours. */
export const environmentOf = (messaging: Messaging): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(messaging.messaging.context.config)
      .filter(([name, value]) => name !== 'peers' && value !== undefined)
      .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
  ),
  PORT: '0',
  IDENTITY_URL: messaging.identity.service.url,
  PROFILES_URL: messaging.profiles.service.url,
  ORDERS_URL: messaging.orders.service.url,
  MARKETPLACE_URL: messaging.marketplace.service.url,
})

/** Two people with a direct conversation between them that holds one message. */
export const talk = async (messaging: Messaging) => {
  const ann = messaging.member('Ann', 'CLIENT')
  const bob = messaging.member('Bob', 'FREELANCER')
  const input = { participantId: bob.id, message: 'Hello Bob' }
  const { startConversation } = await messaging.messaging.as(ann).query(Start, { input })
  return { ann, bob, conversationId: startConversation.conversation.id as string }
}

export const sendTo = (messaging: Messaging, viewer: Viewer, conversationId: string, body: string, more: object = {}) =>
  messaging.messaging.as(viewer).run(Send, { input: { conversationId, body, ...more } })
