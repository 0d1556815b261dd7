ALTER TABLE "freelancer_reviews" ADD COLUMN "hidden" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "freelancer_reviews" ADD COLUMN "happened_at" timestamp (3) with time zone;