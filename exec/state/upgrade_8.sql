-- SPDX-License-Identifier: MIT
-- Brings tables of version 7 to version 8: the first version of a file stands in
-- the row of the file. Versions keep their numbers, for manifests have them
-- within their bodies; a file gets that of its latest version, or one of its own
-- behind all where it has none. Runs inside one transaction.

ALTER TABLE file RENAME TO old_file;
ALTER TABLE output RENAME TO old_output;
ALTER TABLE removed RENAME TO old_removed;

CREATE TABLE new_number (
    old INTEGER PRIMARY KEY,
    new INTEGER NOT NULL
);
INSERT INTO new_number
    SELECT f.id, v.id FROM old_file AS f JOIN version AS v ON v.id = f.version;
INSERT INTO new_number
    SELECT id, id + (SELECT coalesce(max(seq), 0) FROM sqlite_sequence
        WHERE name = 'version')
    FROM old_file WHERE id NOT IN (SELECT old FROM new_number);

CREATE TABLE file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER NOT NULL,
    name BLOB,
    latest INTEGER NOT NULL DEFAULT 0,
    bits INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_after INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    hash BLOB
);
-- What was never looked at is as what was not there.
INSERT INTO file (id, parent, name, bits, size, mtime_ns, ctime_after, inode,
        hash)
    SELECT n.new, f.dir, f.name, coalesce(v.bits, 8), coalesce(v.size, 0),
        coalesce(v.mtime_ns, 0), coalesce(v.ctime_after, 0),
        coalesce(v.inode, 0), v.hash
    FROM old_file AS f JOIN new_number AS n ON n.old = f.id
        LEFT JOIN version AS v ON v.id = f.version
    ORDER BY n.new;
INSERT INTO file (id, parent, bits, size, mtime_ns, ctime_after, inode, hash)
    SELECT v.id, n.new, v.bits, v.size, v.mtime_ns, v.ctime_after, v.inode,
        v.hash
    FROM version AS v JOIN new_number AS n ON n.old = v.file
    WHERE v.id <> n.new;
-- Numbers are never used twice.
INSERT INTO sqlite_sequence SELECT 'file', 0
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'file');
UPDATE sqlite_sequence SET seq = max(seq,
        (SELECT coalesce(max(seq), 0) FROM sqlite_sequence
            WHERE name = 'version'))
    WHERE name = 'file';

CREATE TABLE output (
    file INTEGER NOT NULL,
    build_file INTEGER NOT NULL,
    action INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (file, build_file)
) WITHOUT ROWID;
INSERT INTO output
    SELECT n.new, o.build_file, o.action, o.version
    FROM old_output AS o JOIN new_number AS n ON n.old = o.file;
CREATE TABLE removed (
    run INTEGER NOT NULL,
    file INTEGER NOT NULL
);
INSERT INTO removed
    SELECT o.run, n.new
    FROM old_removed AS o JOIN new_number AS n ON n.old = o.file;

DROP TABLE new_number;
DROP TABLE old_file;
DROP TABLE version;
DROP TABLE old_output;
DROP TABLE old_removed;
