import { runRebuild } from '@gigraph/shared/service'
import { profilesService } from './index.ts'

/** `pnpm projections:rebuild`: freelancers' numbers, levels and names anew from the facts that this service keeps. */
await runRebuild(profilesService)
