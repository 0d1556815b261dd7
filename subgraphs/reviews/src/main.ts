import { runService } from '@gigraph/shared/service'
import { reviewsService } from './index.ts'

await runService(reviewsService)
