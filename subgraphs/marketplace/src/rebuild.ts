import { runRebuild } from '@gigraph/shared/service'
import { marketplaceService } from './index.ts'

/** `pnpm projections:rebuild`: numbers of gigs, search's view of them and its words anew from the facts that this service keeps. */
await runRebuild(marketplaceService)
