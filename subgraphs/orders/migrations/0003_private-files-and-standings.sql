CREATE TABLE "standings" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"suspended_at" timestamp (3) with time zone,
	"as_of" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "upload_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "evidence_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "answer_evidence_ids" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "answer_uploads" jsonb;