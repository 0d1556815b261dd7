import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ApplicationError, type ErrorCode, serviceUnavailable } from '../errors/index.ts'
import { childSpan, traceHeaders } from '../telemetry/index.ts'

/** A question that one service asks another directly, because it needs the owner's answer now. */
export interface ProcedureDefinition<Input = unknown, Output = unknown> {
  /** The owner. */
  readonly service: string
  readonly name: string
  readonly input: z.ZodType<Input>
  readonly output: z.ZodType<Output>
}

export const defineProcedure = <Input, Output>(
  definition: ProcedureDefinition<Input, Output>,
): ProcedureDefinition<Input, Output> => definition

/** How a procedure reaches its owner: within the process or over HTTP. Input and output are JSON values. */
export type ProcedureTransport = (request: {
  readonly service: string
  readonly procedure: string
  readonly input: unknown
  readonly requestId: string
}) => Promise<unknown>

const PROCEDURE_DEADLINE_MS = 2_000

/** Failures as they travel between services. */
const failure = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).default({}),
})

/** Signs a call from one service to another; valid for 30 s. */
const signServiceToken = (secret: string, from: string, to: string): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'gigraph-service+jwt' })
    .setIssuer(from)
    .setAudience(to)
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(new TextEncoder().encode(secret))

/** The calling service's name. Throws when the token was not signed for `service`. */
export const verifyServiceToken = async (secret: string, service: string, token: string): Promise<string> => {
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
    algorithms: ['HS256'],
    typ: 'gigraph-service+jwt',
    audience: service,
    clockTolerance: 5,
  })
  return payload.iss ?? 'unknown'
}

interface HttpProcedures {
  /** The calling service. */
  readonly from: string
  readonly secret: string
  /** Base URL of each service that is called. */
  readonly urls: Readonly<Record<string, string>>
}

/** Calls other services' procedures over HTTP with a deadline of 2 s. */
export const httpProcedures =
  ({ from, secret, urls }: HttpProcedures): ProcedureTransport =>
  async ({ service, procedure, input, requestId }) => {
    const base = urls[service]
    if (!base)
      throw new Error(
        `${from} calls ${service}.${procedure} but has no URL for ${service}; name it in the definition's calls`,
      )
    const response = await fetch(new URL(`/internal/${procedure}`, base), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signServiceToken(secret, from, service)}`,
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...traceHeaders(),
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(PROCEDURE_DEADLINE_MS),
    }).catch(() => {
      throw serviceUnavailable(service)
    })
    const body: unknown = await response.json().catch(() => null)
    if (response.ok) return body
    const known = failure.safeParse(body)
    if (!known.success || response.status >= 500) throw serviceUnavailable(service)
    throw new ApplicationError(known.data.code as ErrorCode, known.data.message, known.data.details)
  }

/** Calls a procedure: checks what goes out and what comes back. Unreachable or late owners are SERVICE_UNAVAILABLE. */
export type Call = <Input, Output>(procedure: ProcedureDefinition<Input, Output>, input: Input) => Promise<Output>

export const createCall =
  (transport: ProcedureTransport, requestId: string): Call =>
  async (procedure, input) => {
    const deadline = AbortSignal.timeout(PROCEDURE_DEADLINE_MS)
    const late = new Promise<never>((_, reject) => {
      deadline.addEventListener('abort', () => reject(serviceUnavailable(procedure.service)), { once: true })
    })
    const { service, name } = procedure
    const answer = childSpan({ name: `call ${service}.${name}`, kind: 'client' }, () =>
      transport({ service, procedure: name, input, requestId }),
    )
    return procedure.output.parse(await Promise.race([answer, late]))
  }
