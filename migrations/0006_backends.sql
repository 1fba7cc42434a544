-- Renames columns so that their names fit every kind of backend, and "follow" only means following an account. Until
-- the new worker is uploaded, the old one cannot store messages: WeChat delivers them again, or the queue keeps them.
ALTER TABLE inbox RENAME COLUMN follow TO outbox;
ALTER TABLE delivery RENAME COLUMN webhook TO backend;

-- Outbox items that were stored under the old name.
UPDATE inbox SET outbox = REPLACE(outbox, '"webhook":', '"backend":') WHERE filed = 0 AND outbox IS NOT NULL;
