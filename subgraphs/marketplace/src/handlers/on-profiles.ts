import { freelancerLevelChanged, profileUpdated } from '@gigraph/profiles/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { relistSeller } from '../listing/relist.ts'
import { levels, lockSeller, note } from '../seller/seller-store.ts'

const { handle } = bind<Context>()

/** Events of one instant are ordered by their ids, which grow with time: the same one holds, whichever arrives first. */
const isLater = (at: Date, knownAt: Date, id: string, knownId: string | null): boolean =>
  at > knownAt || (+at === +knownAt && id > (knownId ?? ''))

/** What search filters by; of two events the later one holds. */
export const onProfileUpdated = handle(
  profileUpdated,
  'note-profile',
  async (_, tx, { userId, languages, country, availableNow }, { id, occurredAt }) => {
    const known = await lockSeller(tx, userId)
    if (known.deletedAt || (known.profileAt && !isLater(occurredAt, known.profileAt, id, known.profileEvent))) return
    await note(tx, userId, { languages, country, availableNow, profileAt: occurredAt, profileEvent: id })
    await relistSeller(tx, userId)
  },
)

export const onFreelancerLevelChanged = handle(
  freelancerLevelChanged,
  'note-level',
  async (_, tx, { userId, to }, { id, occurredAt }) => {
    const known = await lockSeller(tx, userId)
    if (known.levelAt && !isLater(occurredAt, known.levelAt, id, known.levelEvent)) return
    await note(tx, userId, { level: levels.indexOf(to) + 1, levelAt: occurredAt, levelEvent: id })
    await relistSeller(tx, userId)
  },
)
