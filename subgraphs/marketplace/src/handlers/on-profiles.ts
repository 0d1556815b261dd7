import { freelancerLevelChanged, profileUpdated } from '@gigraph/profiles/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { relistSeller } from '../listing/relist.ts'
import { findOptional, levels, note } from '../seller/seller-store.ts'

const { handle } = bind<Context>()

/** What search filters by; of two events the later one holds. */
export const onProfileUpdated = handle(
  profileUpdated,
  'note-profile',
  async (_, tx, { userId, languages, country, availableNow }, { occurredAt }) => {
    const known = await findOptional(tx, userId)
    if (known?.deletedAt || (known?.profileAt && known.profileAt > occurredAt)) return
    await note(tx, userId, { languages, country, availableNow, profileAt: occurredAt })
    await relistSeller(tx, userId)
  },
)

export const onFreelancerLevelChanged = handle(
  freelancerLevelChanged,
  'note-level',
  async (_, tx, { userId, to }, { occurredAt }) => {
    const known = await findOptional(tx, userId)
    if (known?.levelAt && known.levelAt > occurredAt) return
    await note(tx, userId, { level: levels.indexOf(to) + 1, levelAt: occurredAt })
    await relistSeller(tx, userId)
  },
)
