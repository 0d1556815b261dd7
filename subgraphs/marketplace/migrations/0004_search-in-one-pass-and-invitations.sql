CREATE TABLE "decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"listing_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"moderator_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gig_feedback" (
	"source_id" uuid PRIMARY KEY NOT NULL,
	"gig_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"rating" smallint,
	"hidden" boolean DEFAULT false NOT NULL,
	"happened_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"client_id" uuid NOT NULL,
	"freelancer_id" uuid NOT NULL,
	"status" text NOT NULL,
	"message" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "one_invitation_per_job" UNIQUE("job_id","freelancer_id")
);
--> statement-breakpoint
DROP INDEX "listings_category";--> statement-breakpoint
DROP INDEX "listings_top_category";--> statement-breakpoint
DROP INDEX "listing_texts_document";--> statement-breakpoint
DROP INDEX "listings_heading";--> statement-breakpoint
DROP INDEX "listings_tags";--> statement-breakpoint
ALTER TABLE "gigs" ADD COLUMN "imported_rating_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gigs" ADD COLUMN "imported_rating_sum" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gigs" ADD COLUMN "imported_sales" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was counted so far had no facts kept: it is taken as brought along.
UPDATE "gigs" SET "imported_rating_count" = "rating_count", "imported_rating_sum" = "rating_sum", "imported_sales" = "sales";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "attachments" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "listings" ADD COLUMN "bucket" integer;--> statement-breakpoint
-- The numbers of the categories as src/listing/bucket.ts makes them of their ids.
UPDATE "listings" SET "bucket" = (coded.code << 8)
  | ((width_bucket(price_minor, array[0, 2500, 5000, 10000, 25000, 50000, 100000]::bigint[]) - 1) * 20
    + (width_bucket(delivery_days::bigint, array[1, 2, 4, 8, 15]::bigint[]) - 1) * 4 + level - 1)
  FROM (VALUES ('logo-design', 1750847), ('brand-identity', 1750511), ('illustration', 1750851), ('packaging-design', 1750225), ('presentation-design', 1750354), ('social-media-design', 1750036), ('book-album-covers', 1750461), ('business-cards-stationery', 1750322), ('icon-design', 1750133), ('infographics', 1750984), ('t-shirts-merchandise', 1750233), ('websites', 603963), ('landing-pages', 604145), ('wordpress', 603292), ('online-shops', 604110), ('front-end-development', 603896), ('back-end-apis', 604132), ('website-repair', 603284), ('web-scraping', 603719), ('no-code-websites', 603153), ('ios-apps', 1828601), ('android-apps', 1828687), ('cross-platform-apps', 1828612), ('desktop-software', 1828467), ('browser-extensions', 1827892), ('app-maintenance', 1828794), ('web-design', 1510762), ('app-design', 1511137), ('wireframes-prototypes', 1510470), ('ux-research', 1510406), ('design-systems', 1510748), ('usability-reviews', 1510405), ('articles-blog-posts', 793147), ('copywriting', 793492), ('technical-writing', 792677), ('editing-proofreading', 792676), ('ghostwriting', 793192), ('product-descriptions', 793340), ('resumes-cover-letters', 793485), ('scripts-speeches', 792972), ('grant-business-writing', 793519), ('document-translation', 821626), ('website-localization', 821920), ('subtitles', 821758), ('transcription', 821695), ('interpreting', 822214), ('language-lessons', 822143), ('search-engine-optimization', 875424), ('search-advertising', 874830), ('social-media-management', 874905), ('social-media-advertising', 874948), ('e-mail-marketing', 875429), ('content-strategy', 874764), ('influencer-marketing', 875235), ('marketing-strategy', 875231), ('web-analytics', 875084), ('video-editing', 699625), ('explainer-videos', 699902), ('motion-graphics', 699915), ('2d-animation', 699592), ('3d-animation', 700245), ('short-video-ads', 699516), ('subtitles-captions', 699598), ('voice-over', 1236094), ('mixing-mastering', 1236956), ('music-production', 1236492), ('songwriting', 1236772), ('podcast-editing', 1236586), ('sound-design', 1235977), ('session-musicians', 1236608), ('data-analysis', 1147530), ('dashboards-reports', 1147398), ('data-engineering', 1147059), ('data-entry', 1147100), ('databases', 1147537), ('spreadsheets-automation', 1147174), ('surveys-statistics', 1147640), ('machine-learning-models', 846984), ('chatbots-assistants', 847733), ('computer-vision', 847675), ('language-processing', 847689), ('prompt-writing', 847430), ('model-integration', 847453), ('cloud-architecture', 1990078), ('devops-pipelines', 1989710), ('server-administration', 1989831), ('security-testing', 1989918), ('monitoring-backups', 1990353), ('software-testing', 1990053), ('virtual-assistance', 1650643), ('project-management', 1650362), ('market-research', 1650681), ('business-plans', 1649918), ('customer-support', 1649667), ('recruiting', 1650431), ('sales-lead-generation', 1650409), ('presentations-pitch-decks', 1649718), ('bookkeeping', 877383), ('tax-advice', 876833), ('financial-modelling', 877300), ('contracts-policies', 876661), ('privacy-compliance', 877121), ('intellectual-property', 877467), ('floor-plans', 1778224), ('interior-design', 1777862), ('3d-models-rendering', 1778482), ('cad-drawings', 1777721), ('product-engineering', 1778226), ('electronics-pcb-design', 1777817), ('photo-retouching', 1383762), ('product-photography', 1384162), ('portraits', 1383947), ('background-removal', 1384216), ('colour-correction', 1383616), ('photo-restoration', 1383966), ('game-programming', 382519), ('game-art', 382907), ('level-design', 382918), ('unity-unreal-projects', 382103), ('ar-vr', 382865), ('game-testing', 382538)) AS coded (id, code) WHERE coded.id = "listings"."category_id";--> statement-breakpoint
DELETE FROM "listings" WHERE "bucket" IS NULL;--> statement-breakpoint
ALTER TABLE "listings" ALTER COLUMN "bucket" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "reports" ADD COLUMN "resolved_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sellers" ADD COLUMN "roles" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "sellers" SET "roles" = '{FREELANCER}' WHERE EXISTS (SELECT FROM "gigs" WHERE "gigs"."seller_id" = "sellers"."user_id");--> statement-breakpoint
ALTER TABLE "sellers" ADD COLUMN "roles_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sellers" ADD COLUMN "level_event" uuid;--> statement-breakpoint
ALTER TABLE "sellers" ADD COLUMN "profile_event" uuid;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decisions_about" ON "decisions" USING btree ("listing_id","created_at","id");--> statement-breakpoint
CREATE INDEX "gig_feedback_of_gig" ON "gig_feedback" USING btree ("gig_id");--> statement-breakpoint
CREATE INDEX "invitations_of_freelancer" ON "invitations" USING btree ("freelancer_id","created_at","id");--> statement-breakpoint
CREATE INDEX "invitations_of_job" ON "invitations" USING btree ("job_id","created_at","id");--> statement-breakpoint
CREATE INDEX "listings_counts" ON "listings" USING btree ("bucket","price_minor","delivery_days","rating","level","available_now");--> statement-breakpoint
CREATE INDEX "reports_waiting" ON "reports" USING btree ("created_at","id") WHERE "reports"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "listing_texts_document" ON "listing_texts" USING gin ("document") WITH (gin_pending_list_limit=64);--> statement-breakpoint
CREATE INDEX "listings_heading" ON "listings" USING gin ("heading") WITH (gin_pending_list_limit=64);--> statement-breakpoint
CREATE INDEX "listings_tags" ON "listings" USING gin ("tags") WITH (gin_pending_list_limit=64);