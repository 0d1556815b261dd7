import { outbox } from '@gigraph/shared/events'
import type { RunningService } from '@gigraph/shared/service'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Context } from '../src/context.ts'

/** Runs the jobs that wait in the outbox, as the relay and the workers would. */
export const runWaitingJobs = async (context: Context, service: Pick<RunningService, 'runJob'>): Promise<void> => {
  const waiting = await context.db
    .select()
    .from(outbox)
    .where(and(eq(outbox.kind, 'job'), isNull(outbox.publishedAt)))
    .orderBy(asc(outbox.id))
  for (const { id, name, payload } of waiting) {
    await context.db.update(outbox).set({ publishedAt: context.clock.now() }).where(eq(outbox.id, id))
    await service.runJob(name, payload)
  }
}
