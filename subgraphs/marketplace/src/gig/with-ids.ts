import type { Context } from '../context.ts'
import type { GigContent, GigExtra, GigRequirement } from './gig.ts'

type MaybeId<T extends { id: string }> = Omit<T, 'id'> & { readonly id?: string | null | undefined }

/** Content as it comes in: new extras and questions have no id yet. */
interface NewContent extends Omit<GigContent, 'extras' | 'requirements'> {
  readonly extras: readonly MaybeId<GigExtra>[]
  readonly requirements: readonly MaybeId<GigRequirement>[]
}

/** Gives ids to new extras and questions; ids that the gig had before stay, others are not taken from outside. */
export const withIds = (ctx: Context, content: NewContent, before?: GigContent): GigContent => {
  const known = new Set([...(before?.extras ?? []), ...(before?.requirements ?? [])].map(({ id }) => id))
  const used = new Set<string>()
  const identify = <T extends { id?: string | null | undefined }>(item: T): T & { id: string } => {
    const kept = item.id && known.has(item.id) && !used.has(item.id) ? item.id : ctx.makeId()
    used.add(kept)
    return { ...item, id: kept }
  }
  return { ...content, extras: content.extras.map(identify), requirements: content.requirements.map(identify) }
}
