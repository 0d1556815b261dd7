import { userRegistered } from '@gigraph/identity/events'
import { hasScope } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  everybody,
  except,
  ownerOnly,
  ownViewer,
  person,
  type Rule,
  role,
  scope,
  signedIn,
} from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import type { UploadPurpose } from '@gigraph/shared/uploads'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import type { EntryKind } from '../src/entry/entry.ts'
import { profilesService } from '../src/index.ts'
import { avatars, clientPayments, clientProfiles, freelancerProfiles, profileEntries, uploads } from '../src/tables.ts'
import { startWithFiles, type WithFiles } from './support/uploads.ts'

let services: WithFiles
beforeAll(async () => {
  services = await startWithFiles()
})
afterAll(() => services.close())

const keepUpload = async (userId: string, purpose: UploadPurpose): Promise<string> => {
  const { context } = services.profiles
  const id = makeId()
  const now = context.clock.now()
  const what = { fileName: 'file', alt: '', contentType: 'image/webp', byteSize: 1 }
  await context.db
    .insert(uploads)
    .values({ id, userId, purpose, status: 'READY', ...what, createdAt: now, sentAt: now })
  return id
}

const keepEntry = async (userId: string, kind: EntryKind): Promise<string> => {
  const id = makeId()
  const content = { title: 'One', organization: 'Two', startedOn: '2020-01-01', imageIds: [] }
  const { db, clock } = services.profiles.context
  await db.insert(profileEntries).values({ id, userId, kind, position: 1, content, createdAt: clock.now() })
  return id
}

/** Somebody who offers and orders, with something behind every field, who waits to be verified. */
const scene = async () => {
  const owner = person('CLIENT', 'FREELANCER')
  const { id } = owner
  const { context, consume } = services.profiles
  await consume(userRegistered, { userId: id, handle: 'ann', displayName: 'Ann', roles: ['CLIENT', 'FREELANCER'] })
  const document = await keepUpload(id, 'VERIFICATION_DOCUMENT')
  const avatar = await keepUpload(id, 'AVATAR')
  const now = context.clock.now()
  await context.db.insert(avatars).values({ userId: id, imageId: avatar })
  await context.db
    .update(clientProfiles)
    .set({
      firstName: 'Ann',
      lastName: 'Ek',
      registrationNumber: '556',
      country: 'SE',
      completedAt: now,
      verification: 'PENDING',
      verificationNote: 'Look.',
      verificationReason: 'Once refused.',
      verificationRequestedAt: now,
      verificationDocumentIds: [document],
    })
    .where(eq(clientProfiles.userId, id))
  await context.db.update(freelancerProfiles).set({ country: 'SE' }).where(eq(freelancerProfiles.userId, id))
  await context.db.insert(clientPayments).values({
    paymentId: makeId(),
    clientId: id,
    orderId: makeId(),
    remainingMinor: 5_000,
    currency: 'USD',
    paidAt: now,
  })
  return {
    cast: castOf({ owner }),
    userId: id,
    image: avatar,
    upload: await keepUpload(id, 'AVATAR'),
    portfolio: await keepEntry(id, 'PORTFOLIO'),
    experience: await keepEntry(id, 'EXPERIENCE'),
    education: await keepEntry(id, 'EDUCATION'),
    certification: await keepEntry(id, 'CERTIFICATION'),
  }
}
type Scene = Awaited<ReturnType<typeof scene>>

const freelancer = role('FREELANCER')
/** An entry of the owner's: who is no freelancer is refused, for other freelancers it does not exist. */
const ownEntry: Rule = {
  decide: (asking) => {
    const decision = freelancer.decide(asking)
    return decision === 'allowed' ? ownerOnly.decide(asking) : decision
  },
}
/** The client's own and the staff's who check clients; null for everybody else. */
const privateToClient: Rule = {
  decide: ({ kind, viewer }) =>
    kind === 'owner' || kind === 'apiKey' || hasScope(viewer, 'profiles:verify') ? 'allowed' : 'null',
}
const ownNumbers: Rule = { decide: ({ kind }) => (kind === 'owner' || kind === 'apiKey' ? 'allowed' : 'null') }
const entry = (kind: 'portfolio' | 'experience' | 'education' | 'certification') => (found: Scene) => ({
  input: { id: found[kind] },
})

describeAuthorization({
  definition: profilesService,
  service: () => services.profiles,
  scene,
  entities: {
    User: ({ userId }) => ({ id: userId }),
    ClientProfile: ({ userId }) => ({ userId }),
    FreelancerProfile: ({ userId }) => ({ userId }),
    Image: ({ image }) => ({ id: image }),
  },
  rows: {
    [`_entities.User User.avatar User.clientProfile User.freelancerProfile _entities.Image
      Query.industries Query.skills Query.freelancers`]: everybody,
    [`_entities.FreelancerProfile FreelancerProfile.user FreelancerProfile.skills FreelancerProfile.country
      FreelancerProfile.languages FreelancerProfile.availability FreelancerProfile.stats
      FreelancerProfile.levelExplanation FreelancerProfile.portfolio FreelancerProfile.experience
      FreelancerProfile.education FreelancerProfile.certifications`]: everybody,
    'FreelancerProfile.completeness': ownNumbers,

    [`_entities.ClientProfile ClientProfile.user ClientProfile.country ClientProfile.verification ClientProfile.image
      ClientProfile.jobStats ClientProfile.spendingBand`]: everybody,
    [`ClientProfile.firstName ClientProfile.lastName ClientProfile.registrationNumber ClientProfile.completeness
      ClientProfile.spending ClientProfile.verificationNote ClientProfile.verificationDocuments`]: privateToClient,

    '_entities.Viewer Viewer.avatar Viewer.clientProfile Viewer.profileCompleteness Viewer.freelancerProfile':
      ownViewer,

    'Mutation.createUpload Mutation.removeAvatar': signedIn,
    'Query.upload': { rule: ownerOnly, with: ({ upload }) => ({ id: upload }) },
    'Mutation.completeUpload Mutation.setAvatar': {
      rule: ownerOnly,
      with: ({ upload }) => ({ input: { uploadId: upload } }),
    },

    'Mutation.createClientProfile Mutation.updateClientProfile': role('CLIENT'),
    // Those of the matrix who are clients too have filled in no profile.
    'Mutation.submitClientVerification': except(role('CLIENT'), { other: 'NOT_ALLOWED', client: 'NOT_ALLOWED' }),
    [`Mutation.updateFreelancerProfile Mutation.setSkills Mutation.setAvailability Mutation.addPortfolioItem
      Mutation.addExperience Mutation.addEducation Mutation.addCertification Mutation.reorderPortfolio`]: freelancer,
    'Mutation.updatePortfolioItem': { rule: ownEntry, with: entry('portfolio') },
    'Mutation.removePortfolioItem': { rule: ownEntry, with: entry('portfolio'), fresh: true },
    'Mutation.updateExperience': { rule: ownEntry, with: entry('experience') },
    'Mutation.removeExperience': { rule: ownEntry, with: entry('experience'), fresh: true },
    'Mutation.updateEducation': { rule: ownEntry, with: entry('education') },
    'Mutation.removeEducation': { rule: ownEntry, with: entry('education'), fresh: true },
    'Mutation.updateCertification': { rule: ownEntry, with: entry('certification') },
    'Mutation.removeCertification': { rule: ownEntry, with: entry('certification'), fresh: true },

    'Query.verificationQueue Query.clientProfiles': scope('profiles:verify'),
    'Mutation.verifyClient': {
      rule: scope('profiles:verify'),
      with: ({ userId }) => ({ input: { userId, decision: 'VERIFIED' } }),
      fresh: true,
    },
  },
})
