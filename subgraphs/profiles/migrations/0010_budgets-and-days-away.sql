ALTER TABLE "client_jobs" ADD COLUMN "budget_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "freelancer_profiles" ADD COLUMN "available_told" boolean;--> statement-breakpoint
CREATE INDEX "freelancer_profiles_away" ON "freelancer_profiles" USING btree ("away_from_on") WHERE "freelancer_profiles"."away_from_on" is not null;