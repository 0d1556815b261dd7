import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'

/** Argon2id with 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet. Argon2id is the library's default. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options

export const hashPassword = (password: string): Promise<string> => hash(password, parameters)

let decoy: Promise<string> | undefined

/**
 * Whether it is the password. Without a hash (nobody has that e-mail address) it works as long and answers no, so that the time
 * does not tell whether an account exists.
 */
export const verifyPassword = async (passwordHash: string | null, password: string): Promise<boolean> => {
  decoy ??= hashPassword('nobody has this password')
  const fits = await verify(passwordHash ?? (await decoy), password)
  return fits && passwordHash !== null
}

/** Whether the hash was made with weaker parameters than today's. */
export const needsRehash = (passwordHash: string): boolean => {
  const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash)
  return memoryCost < parameters.memoryCost || timeCost < parameters.timeCost || parallelism !== parameters.parallelism
}
