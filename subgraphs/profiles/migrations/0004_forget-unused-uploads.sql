-- Uploads that nobody has used yet do not say what they are for; they would be deleted within a day anyway.
DELETE FROM "uploads";
