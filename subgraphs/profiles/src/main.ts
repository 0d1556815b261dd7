import { runService } from '@gigraph/shared/service'
import { profilesService } from './index.ts'

await runService(profilesService)
