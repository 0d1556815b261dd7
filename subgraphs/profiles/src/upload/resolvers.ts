import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { completeUpload, ownUpload } from './complete-upload.ts'
import { createUpload } from './create-upload.ts'
import { linkOf } from './links.ts'
import { purposeRules } from './purpose.ts'
import { imageKey } from './upload.ts'
import { imageById } from './upload-store.ts'

export const uploadResolvers: Resolvers = {
  Query: { upload: (_, { id }, ctx) => ownUpload(ctx, id) },
  Mutation: {
    createUpload: async (_, { input }, ctx) => {
      const begun = await createUpload(ctx, input)
      if (!begun.ok) return { upload: null, request: null, userErrors: [...begun.errors] }
      const { upload, request } = begun.value
      return { upload, request: { ...request, headers: [...request.headers] }, userErrors: [] }
    },
    completeUpload: async (_, { input }, ctx) => payload('upload', await completeUpload(ctx, input)),
  },
  Upload: {
    image: (upload) => (purposeRules[upload.purpose].cut && upload.status !== 'WAITING' ? upload : null),
  },
  Image: {
    __resolveReference: ({ id }, ctx) => load(ctx, imageById, id),
    status: ({ status }) => (status === 'WAITING' ? 'PROCESSING' : status),
    url: ({ id, purpose, status }, { size }, ctx) => {
      const { cut } = purposeRules[purpose]
      if (status !== 'READY' || !cut) return null
      return new URL(`/${imageKey(id, cut.edges[size ?? 'MEDIUM'])}`, ctx.config.PUBLIC_URL).href
    },
  },
  PrivateFile: { url: (upload, _, ctx) => linkOf(ctx, upload) },
}
