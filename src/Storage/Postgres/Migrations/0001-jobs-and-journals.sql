-- Names sort by code unit, as the program compares them. Entries and events are kept as the text that was written: their digests cover it.
CREATE TABLE cluster_jobs (
    id text COLLATE "C" PRIMARY KEY,
    request_id text COLLATE "C" UNIQUE,
    created_at timestamptz NOT NULL,
    status text NOT NULL,
    entry json NOT NULL
);

CREATE INDEX cluster_jobs_newest ON cluster_jobs (created_at DESC, id DESC);

-- Who owns a job's journal (the token of its last opener), and where it ends. Updated with every append: room in its page keeps that cheap.
CREATE TABLE cluster_journal_heads (
    job_id text COLLATE "C" PRIMARY KEY REFERENCES cluster_jobs ON DELETE CASCADE,
    token bigint NOT NULL DEFAULT 0,
    length bigint NOT NULL DEFAULT 0,
    sum text NOT NULL DEFAULT '0000000000000000'
) WITH (fillfactor = 50);

CREATE TABLE cluster_journal (
    job_id text COLLATE "C" NOT NULL REFERENCES cluster_journal_heads ON DELETE CASCADE,
    number bigint NOT NULL,
    owner bigint NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL,
    sum text NOT NULL,
    PRIMARY KEY (job_id, number)
);
