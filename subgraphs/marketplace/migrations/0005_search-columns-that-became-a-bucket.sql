ALTER TABLE "gigs" DROP COLUMN "rating_at";--> statement-breakpoint
ALTER TABLE "listings" DROP COLUMN "category_id";--> statement-breakpoint
ALTER TABLE "listings" DROP COLUMN "top_category_id";