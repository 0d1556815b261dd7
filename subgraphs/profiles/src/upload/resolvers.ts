import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { createUpload } from './create-upload.ts'
import { SIZES } from './files.ts'
import { avatarByUserId, removeAvatar, setAvatar } from './set-avatar.ts'

export const uploadResolvers: Resolvers = {
  Mutation: {
    createUpload: async (_, { input }, ctx) => payload('upload', await createUpload(ctx, input)),
    setAvatar: async (_, { input }, ctx) => payload('avatar', await setAvatar(ctx, input)),
    removeAvatar: async (_, __, ctx) => payload('avatar', await removeAvatar(ctx)),
  },
  User: { avatar: ({ id }, _, ctx) => load(ctx, avatarByUserId, id) },
  Viewer: { avatar: ({ id }, _, ctx) => load(ctx, avatarByUserId, id) },
  Avatar: {
    url: ({ imageId }, { size }, ctx) =>
      new URL(`/images/${imageId}-${SIZES[size ?? 'MEDIUM']}.webp`, ctx.config.PUBLIC_URL).href,
  },
}
