import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { avatarByUserId } from './avatar-store.ts'
import { removeAvatar, setAvatar } from './set-avatar.ts'

export const avatarResolvers: Resolvers = {
  Mutation: {
    setAvatar: async (_, { input }, ctx) => payload('avatar', await setAvatar(ctx, input)),
    removeAvatar: async (_, __, ctx) => payload('avatar', await removeAvatar(ctx)),
  },
  User: { avatar: ({ id }, _, ctx) => load(ctx, avatarByUserId, id) },
  Viewer: { avatar: ({ id }, _, ctx) => load(ctx, avatarByUserId, id) },
  ClientProfile: { image: ({ userId }, _, ctx) => load(ctx, avatarByUserId, userId) },
}
