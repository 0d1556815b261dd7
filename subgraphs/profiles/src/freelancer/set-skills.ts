import { requireViewer } from '@gigraph/shared/auth'
import { fail, parseInput, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { addMissing, namesOf } from '../skill/skill-store.ts'
import { changeFreelancer } from './change-freelancer.ts'
import { type FreelancerProfile, skillList, skillSlug } from './freelancer.ts'

/** Replaces the viewer's skills. A skill that is known is written as the taxonomy writes it. */
export const setSkills = async (ctx: Context, raw: unknown): Promise<Result<FreelancerProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(skillList, raw)
  if (!parsed.ok) return parsed
  const wanted = parsed.value.skills.map((skill) => ({ ...skill, slug: skillSlug(skill.name) }))
  const twice = wanted.findIndex(({ slug }, index) => wanted.findIndex((each) => each.slug === slug) !== index)
  if (twice !== -1)
    return fail('VALIDATION', 'Name each skill once.', { field: ['input', 'skills', String(twice), 'name'] })
  return changeFreelancer(ctx, async (tx) => {
    await addMissing(tx, wanted)
    const names = await namesOf(
      tx,
      wanted.map(({ slug }) => slug),
    )
    const skills = wanted.map(({ slug, name, level }) => ({ slug, name: names.get(slug) ?? name, level }))
    return {
      skills,
      skillSlugs: skills.map(({ slug }) => slug),
      skillNames: skills.map(({ name }) => name).join(', '),
    }
  })
}
