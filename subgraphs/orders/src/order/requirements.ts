import type { Terms } from '@gigraph/marketplace/internal'
import type { UserError } from '@gigraph/shared/errors'

export type Requirement = Terms['requirements'][number]

/** What the buyer hands over for one question: words, files, or both. */
export interface GivenAnswer {
  readonly requirementId: string
  /** Trimmed; empty beside files. */
  readonly answer: string
  readonly uploadIds: string[]
}

/** A question with what was answered. */
export interface AnsweredRequirement extends Requirement {
  readonly answer: string | null
  readonly uploadIds: readonly string[]
}

const isEmpty = ({ answer, uploadIds }: GivenAnswer): boolean => answer === '' && uploadIds.length === 0

/** What is wrong with one answer to the question that it names. */
const faultsOfAnswer = (requirement: Requirement | undefined, given: GivenAnswer, index: number): UserError[] => {
  const at = (message: string, field: string): UserError[] => [fault(message, [String(index), field])]
  if (!requirement) return at(`There is no question ${given.requirementId}.`, 'requirementId')
  const { question, kind, choices } = requirement
  if (kind !== 'FILE' && given.uploadIds.length > 0) return at(`${question}: answer without files.`, 'uploadIds')
  if (isEmpty(given)) return at(kind === 'FILE' ? 'Upload a file, or write where it is.' : 'Write an answer.', 'answer')
  if (kind === 'CHOICE' && !choices.includes(given.answer))
    return at(`${question}: choose one of ${choices.join(', ')}.`, 'answer')
  return []
}

/** What is wrong with the answers to the seller's questions; nothing when they can be handed over. */
export const faultsOf = (requirements: readonly Requirement[], answers: readonly GivenAnswer[]): UserError[] => {
  const seen = new Set<string>()
  const twice = answers.flatMap(({ requirementId }, index) => {
    const again = seen.has(requirementId)
    seen.add(requirementId)
    return again ? [fault('Answer each question once.', [String(index), 'requirementId'])] : []
  })
  const wrong = answers.flatMap((given, index) =>
    faultsOfAnswer(
      requirements.find(({ id }) => id === given.requirementId),
      given,
      index,
    ),
  )
  const missing = requirements
    .filter(({ id, required }) => required && !seen.has(id))
    .map(({ question }) => fault(`Please answer: ${question}`))
  return [...twice, ...wrong, ...missing]
}

const fault = (message: string, path: readonly string[] = []): UserError => ({
  code: 'VALIDATION',
  message,
  field: ['input', 'answers', ...path],
})
