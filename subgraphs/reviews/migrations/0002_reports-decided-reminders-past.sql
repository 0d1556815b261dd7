CREATE TABLE "erased_users" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erased_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "review_reports_newest";--> statement-breakpoint
ALTER TABLE "review_reports" ADD COLUMN "state" text DEFAULT 'OPEN' NOT NULL;--> statement-breakpoint
ALTER TABLE "review_reports" ADD COLUMN "decided_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "review_reports" ADD COLUMN "decided_by" uuid;--> statement-breakpoint
ALTER TABLE "review_windows" ADD COLUMN "reminders_past" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "review_reports_by_state" ON "review_reports" USING btree ("state","created_at","id");