import { runService } from '@gigraph/shared/service'
import { marketplaceService } from './index.ts'

await runService(marketplaceService)
