-- What Orleans' ADO.NET providers need: they take the text of every statement from OrleansQuery (its name and columns are theirs), by keys and with
-- parameters of their own; everything else here is ours. Each statement is atomic by itself: a member's row and its cluster's version change together,
-- and only while the version is the one that the writer has read.
CREATE TABLE cluster_memberships (
    cluster_id text COLLATE "C" PRIMARY KEY,
    version integer NOT NULL DEFAULT 0
);

CREATE TABLE cluster_members (
    cluster_id text COLLATE "C" NOT NULL REFERENCES cluster_memberships,
    address text COLLATE "C" NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    gateway_port integer NOT NULL,
    suspicions text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

CREATE TABLE cluster_reminders (
    service_id text COLLATE "C" NOT NULL,
    grain_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    grain_hash integer NOT NULL,
    starts_at timestamptz NOT NULL,
    period_ms bigint NOT NULL,
    version integer NOT NULL DEFAULT 0,
    PRIMARY KEY (service_id, grain_id, name)
);

CREATE INDEX cluster_reminders_of_a_range ON cluster_reminders (service_id, grain_hash);

CREATE TABLE OrleansQuery (
    QueryKey text PRIMARY KEY,
    QueryText text NOT NULL
);

-- Membership. Statements that may be refused answer with one boolean; the version is read even where there is no member.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', '
    WITH added AS (INSERT INTO cluster_memberships (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT EXISTS (SELECT FROM added)'),
('InsertMembershipKey', '
    WITH moved AS (
        UPDATE cluster_memberships SET version = version + 1
        WHERE cluster_id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM cluster_members WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    added AS (
        INSERT INTO cluster_members (cluster_id, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
        SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
        RETURNING 1)
    SELECT EXISTS (SELECT FROM added)'),
('UpdateMembershipKey', '
    WITH moved AS (
        UPDATE cluster_memberships SET version = version + 1
        WHERE cluster_id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM cluster_members WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id),
    changed AS (
        UPDATE cluster_members member SET status = @Status, suspicions = @SuspectTimes, alive_at = @IAmAliveTime
        FROM moved
        WHERE member.cluster_id = moved.cluster_id AND member.address = @Address AND member.port = @Port AND member.generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)'),
('UpdateIAmAlivetimeKey', '
    UPDATE cluster_members SET alive_at = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('MembershipReadRowKey', '
    SELECT whole.version AS Version, member.address AS Address, member.port AS Port, member.generation AS Generation, member.silo_name AS SiloName,
        member.host_name AS HostName, member.status AS Status, member.gateway_port AS ProxyPort, member.suspicions AS SuspectTimes,
        member.started_at AS StartTime, member.alive_at AS IAmAliveTime
    FROM cluster_memberships whole
    LEFT JOIN cluster_members member
        ON member.cluster_id = whole.cluster_id AND member.address = @Address AND member.port = @Port AND member.generation = @Generation
    WHERE whole.cluster_id = @DeploymentId'),
('MembershipReadAllKey', '
    SELECT whole.version AS Version, member.address AS Address, member.port AS Port, member.generation AS Generation, member.silo_name AS SiloName,
        member.host_name AS HostName, member.status AS Status, member.gateway_port AS ProxyPort, member.suspicions AS SuspectTimes,
        member.started_at AS StartTime, member.alive_at AS IAmAliveTime
    FROM cluster_memberships whole
    LEFT JOIN cluster_members member ON member.cluster_id = whole.cluster_id
    WHERE whole.cluster_id = @DeploymentId'),
('GatewaysQueryKey', '
    SELECT address AS Address, gateway_port AS ProxyPort, generation AS Generation
    FROM cluster_members
    WHERE cluster_id = @DeploymentId AND status = @Status AND gateway_port > 0'),
-- 6: dead. Members that are only silent are the others'' to declare dead.
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM cluster_members WHERE cluster_id = @DeploymentId AND status = 6 AND alive_at < @IAmAliveTime AND started_at < @IAmAliveTime'),
-- One dead member as it was read, where nothing was written of it since: with this the provider chooses the members itself.
('CleanupDefunctSiloEntryKey', '
    DELETE FROM cluster_members
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
        AND alive_at = @IAmAliveTime AND started_at = @StartTime AND coalesce(suspicions, '''') = coalesce(@SuspectTimes, '''')'),
('DeleteMembershipTableEntriesKey', '
    DELETE FROM cluster_members WHERE cluster_id = @DeploymentId;
    DELETE FROM cluster_memberships WHERE cluster_id = @DeploymentId');

-- Reminders. A range of hashes excludes its begin and includes its end; the second form goes over the largest hash to the least.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('UpsertReminderRowKey', '
    INSERT INTO cluster_reminders (service_id, grain_id, name, grain_hash, starts_at, period_ms)
    VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period)
    ON CONFLICT (service_id, grain_id, name) DO UPDATE
    SET grain_hash = excluded.grain_hash, starts_at = excluded.starts_at, period_ms = excluded.period_ms, version = cluster_reminders.version + 1
    RETURNING version AS Version'),
('ReadReminderRowKey', '
    SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM cluster_reminders WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName'),
('ReadReminderRowsKey', '
    SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM cluster_reminders WHERE service_id = @ServiceId AND grain_id = @GrainId'),
('ReadRangeRows1Key', '
    SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM cluster_reminders WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash'),
('ReadRangeRows2Key', '
    SELECT grain_id AS GrainId, name AS ReminderName, starts_at AS StartTime, period_ms AS Period, version AS Version
    FROM cluster_reminders WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)'),
('DeleteReminderRowKey', '
    WITH gone AS (
        DELETE FROM cluster_reminders
        WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version
        RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)'),
('DeleteReminderRowsKey', '
    DELETE FROM cluster_reminders WHERE service_id = @ServiceId');
