-- Pictures that are shown stay: each becomes the upload that it once was. Their files lie where they always did.
INSERT INTO "uploads" ("id", "user_id", "purpose", "status", "file_name", "alt", "content_type", "byte_size", "width", "height", "created_at", "sent_at", "claimed_at")
SELECT "image_id", "user_id", 'AVATAR', 'READY', 'picture', '', 'image/webp', 0, 512, 512, now(), now(), now() FROM "avatars" WHERE "image_id" IS NOT NULL;
--> statement-breakpoint
-- Names that are known already are facts now, so that a profile that is made anew has its name.
INSERT INTO "people" ("user_id", "display_name", "named_at")
SELECT "user_id", "display_name", "created_at" FROM "freelancer_profiles" WHERE "display_name" <> '';
