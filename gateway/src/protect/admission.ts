import {
  type DocumentNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { networkOf } from '../serve/client-network.ts'
import type { ServedGraph } from '../serve/graph.ts'
import type { RequestScope } from '../serve/request-scope.ts'
import { costOf } from './cost.ts'
import type { Limits } from './limits.ts'
import { type RateLimiter, rateLimitHeaders } from './rate-limiter.ts'

/** A valid operation that is about to run. */
export interface Candidate {
  readonly document: DocumentNode
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
  readonly scope: RequestScope
}

export interface AdmissionOptions {
  readonly graph: ServedGraph
  readonly limits: Limits
  readonly rateLimiter: RateLimiter | null
  readonly onRejected: (reason: string) => void
  /** The store of budgets is out of reach: the operation runs unpaid. */
  readonly onUnpaid: (error: unknown) => void
}

/** Decides whether a valid operation may run: page sizes, cost, budget. */
export interface Admission {
  /**
   * Notes cost and budget on the scope.
   * @throws {GraphQLError} BAD_USER_INPUT (a page too large), OPERATION_TOO_EXPENSIVE, RATE_LIMITED (HTTP 429)
   */
  admit(candidate: Candidate): Promise<void>
}

export const createAdmission = (options: AdmissionOptions): Admission => {
  const { graph, limits, rateLimiter, onRejected, onUnpaid } = options
  const isUnlimited = !Number.isFinite(limits.maxCost) && !Number.isFinite(limits.maxPageSize) && !rateLimiter
  let constant = new WeakMap<OperationDefinitionNode, number>()
  graph.onUpdate(() => {
    constant = new WeakMap()
  })

  const countCost = ({ document, variables }: Candidate, operation: OperationDefinitionNode): number => {
    const known = constant.get(operation)
    if (known !== undefined) return known
    const { schema, costModel: model } = graph
    const { maxPageSize } = limits
    const answer = costOf({ schema, model, document, operation, variables: variables ?? {}, maxPageSize })
    if (!answer.dependsOnVariables) constant.set(operation, answer.cost)
    return answer.cost
  }

  const pay = async (
    limiter: RateLimiter,
    { scope, document }: Candidate,
    operation: OperationDefinitionNode,
    cost: number,
  ) => {
    const { account: caller, identity } = scope
    const address = networkOf(identity.address)
    const rootFields = rootFieldsOf(document, operation.selectionSet)
    try {
      return await limiter.consume({ caller, address, cost, rootFields, type: operation.operation })
    } catch (error) {
      onUnpaid(error)
      return null
    }
  }

  return {
    async admit(candidate) {
      const { scope, document, operationName } = candidate
      if (isUnlimited && !scope.wantsCost) return
      const operation = getOperationAST(document, operationName)
      if (!operation) return
      const cost = countCost(candidate, operation)
      scope.cost = cost
      if (cost > limits.maxCost) {
        onRejected('cost')
        throw tooExpensive(cost, limits.maxCost)
      }
      if (!rateLimiter) return
      scope.rateLimit = await pay(rateLimiter, candidate, operation, Math.max(1, cost))
      if (scope.rateLimit && !scope.rateLimit.allowed) {
        onRejected('rate')
        throw rateLimited(scope.rateLimit.resetSeconds, rateLimitHeaders(scope.rateLimit))
      }
    },
  }
}

/** The root fields as often as they occur, those inside of fragments too: an alias or a fragment must not hide a login. */
const rootFieldsOf = (document: DocumentNode, set: SelectionSetNode): string[] =>
  set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value]
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFieldsOf(document, selection.selectionSet)
    const fragment = document.definitions.find(
      (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
    )
    return fragment && 'selectionSet' in fragment ? rootFieldsOf(document, fragment.selectionSet) : []
  })

const tooExpensive = (cost: number, maxCost: number) =>
  new GraphQLError(`The operation costs ${cost}; ${maxCost} are allowed.`, {
    extensions: { code: 'OPERATION_TOO_EXPENSIVE', cost, maxCost, http: { status: 400 } },
  })

const rateLimited = (retryAfterSeconds: number, headers: Readonly<Record<string, string>>) =>
  new GraphQLError(`Too many requests; try again in ${retryAfterSeconds} s.`, {
    extensions: {
      code: 'RATE_LIMITED',
      retryAfterSeconds,
      http: { status: 429, headers: new Map(Object.entries(headers)) },
    },
  })
