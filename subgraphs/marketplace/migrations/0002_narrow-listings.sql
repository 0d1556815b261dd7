-- Searches read many rows of listings and none of their documents: those go out of line, so that the rows stay small.
ALTER TABLE listings ALTER COLUMN document SET STORAGE EXTERNAL;
--> statement-breakpoint
ALTER TABLE listings SET (toast_tuple_target = 256);
