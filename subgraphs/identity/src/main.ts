import { runService } from '@gigraph/shared/service'
import { identityService } from './index.ts'

await runService(identityService)
