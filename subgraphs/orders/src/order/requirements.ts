import type { Terms } from '@gigraph/marketplace/internal'
import type { UserError } from '@gigraph/shared/errors'

export type Requirement = Terms['requirements'][number]

/** What is wrong with the answers to the seller's questions; nothing when they can be handed over. */
export const faultsOf = (
  requirements: readonly Requirement[],
  answers: readonly { readonly requirementId: string; readonly answer: string }[],
): UserError[] => {
  const given = new Map(answers.map(({ requirementId, answer }) => [requirementId, answer.trim()]))
  const unknown = answers.flatMap(({ requirementId }, index) =>
    requirements.some(({ id }) => id === requirementId)
      ? []
      : [fault(`There is no question ${requirementId}.`, [String(index), 'requirementId'])],
  )
  const missing = requirements
    .filter(({ id, required }) => required && !given.get(id))
    .map(({ question }) => fault(`Please answer: ${question}`))
  const foreign = requirements
    .filter(({ id, kind, choices }) => kind === 'CHOICE' && given.get(id) && !choices.includes(given.get(id) ?? ''))
    .map(({ question, choices }) => fault(`${question}: choose one of ${choices.join(', ')}.`))
  return [...unknown, ...missing, ...foreign]
}

const fault = (message: string, path: readonly string[] = []): UserError => ({
  code: 'VALIDATION',
  message,
  field: ['input', 'answers', ...path],
})
