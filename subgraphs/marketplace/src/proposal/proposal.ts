import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Money } from '@gigraph/shared/money'
import { z } from 'zod'
import type { proposals } from '../tables.ts'
import { addUpTo, amount, type Milestone, milestones } from './milestones.ts'

export type Proposal = typeof proposals.$inferSelect
export type ProposalStatus = Proposal['status']

/** An answer to a question of the job. */
export interface Answer {
  readonly question: string
  readonly answer: string
}

const fields = {
  coverLetter: z
    .string()
    .trim()
    .min(50, { error: 'Write at least 50 characters about how you would do it.' })
    .max(5_000, { error: 'A cover letter has at most 5,000 characters.' }),
  bid: amount,
  deliveryDays: z.int().min(1).max(365, { error: 'Delivery takes 1 to 365 days.' }),
  milestones,
  answers: z
    .array(z.string().trim().min(1, { error: 'Answer every question.' }).max(2_000))
    .max(10)
    .nullish()
    .transform((list) => list ?? []),
}

const addsUp = (proposal: { readonly bid: Money; readonly milestones: readonly Milestone[] }) =>
  addUpTo(proposal.bid, proposal.milestones)
const mustAddUp = { error: 'The milestones must add up to the bid.', path: ['milestones'] }

/** What `submitProposal` takes. */
export const newProposal = z.object({ jobId: z.string(), ...fields }).refine(addsUp, mustAddUp)
/** What `updateProposal` takes: the whole proposal again. */
export const proposalChange = z.object({ proposalId: z.string(), ...fields }).refine(addsUp, mustAddUp)

/** How many proposals a freelancer submits within 24 hours: more is advertising. */
export const PROPOSALS_A_DAY = 50

/** How long the author of an accepted proposal is bound to it while nobody orders it. */
export const HOLDS_FOR = '30d'

/** What may be done with a proposal. */
export type ProposalAction = 'update' | 'withdraw' | 'shortlist' | 'decline' | 'accept'

/** The status that each action leads to; what is absent is not possible. */
const proposalTransitions: Readonly<Record<ProposalStatus, Partial<Record<ProposalAction, ProposalStatus>>>> = {
  SUBMITTED: {
    update: 'SUBMITTED',
    withdraw: 'WITHDRAWN',
    shortlist: 'SHORTLISTED',
    decline: 'DECLINED',
    accept: 'ACCEPTED',
  },
  SHORTLISTED: { update: 'SHORTLISTED', withdraw: 'WITHDRAWN', decline: 'DECLINED', accept: 'ACCEPTED' },
  ACCEPTED: {},
  DECLINED: {},
  WITHDRAWN: {},
}

const CLIENTS: readonly string[] = ['shortlist', 'decline', 'accept']

/** The status after the action, or INVALID_STATE with what the same side can do now. */
export const nextStatus = (status: ProposalStatus, action: ProposalAction): Result<ProposalStatus> => {
  const next = proposalTransitions[status][action]
  if (next) return ok(next)
  return fail('INVALID_STATE', `This proposal is ${status.toLowerCase()}; that is not possible now.`, {
    allowed: Object.keys(proposalTransitions[status]).filter(
      (each) => CLIENTS.includes(each) === CLIENTS.includes(action),
    ),
  })
}

/** Questions of the job with the answers, in order; VALIDATION when there are not as many answers as questions. */
export const answersTo = (questions: readonly string[], answers: readonly string[]): Result<Answer[]> =>
  questions.length === answers.length
    ? ok(questions.map((question, index) => ({ question, answer: answers[index] ?? '' })))
    : fail('VALIDATION', `The job asks ${questions.length} questions; answer each.`, { field: ['input', 'answers'] })
