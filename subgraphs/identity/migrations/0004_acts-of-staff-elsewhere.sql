ALTER TABLE "audit_entries" ALTER COLUMN "subject_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "object_kind" text;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "object_id" uuid;--> statement-breakpoint
CREATE INDEX "audit_entries_of_object" ON "audit_entries" USING btree ("object_id","created_at");