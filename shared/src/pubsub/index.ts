export * from './open-pubsub.ts'
export type { PubSub } from './pubsub.ts'
