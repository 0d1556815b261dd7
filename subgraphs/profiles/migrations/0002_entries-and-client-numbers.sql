CREATE TABLE "client_jobs" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"client_id" uuid NOT NULL,
	"status" text NOT NULL,
	"budget_minor" bigint
);
--> statement-breakpoint
CREATE TABLE "client_payments" (
	"payment_id" uuid PRIMARY KEY NOT NULL,
	"client_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"remaining_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"paid_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "profile_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"position" integer NOT NULL,
	"content" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "client_profiles" ADD COLUMN "verification_note" text;--> statement-breakpoint
CREATE INDEX "client_jobs_of" ON "client_jobs" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "client_payments_of" ON "client_payments" USING btree ("client_id","paid_at");--> statement-breakpoint
CREATE INDEX "profile_entries_of" ON "profile_entries" USING btree ("user_id","kind","position");