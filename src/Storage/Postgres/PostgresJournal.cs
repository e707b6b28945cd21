namespace Cluster.Storage.Postgres;

/// <summary>
/// A journal in rows of a database. Opening it raises the fencing token in its head. An append is one statement that
/// advances the head only while the token is unchanged, so that of two owners alive at once only the later one writes.
/// </summary>
internal sealed class PostgresJournal : IJournal
{
    // The update waits for the row's lock and then checks the token again; if it no longer matches, nothing is
    // inserted.
    private const string AppendSql = """
        WITH head AS (
            UPDATE cluster_journal_heads SET length = $3 + cardinality($5), sum = $7 WHERE job_id = $1 AND token = $2 AND length = $3 RETURNING job_id)
        INSERT INTO cluster_journal (job_id, number, owner, at, event, sum)
        SELECT head.job_id, $3 + row.ordinal - 1, $2, $4, row.event, row.sum
        FROM head, unnest($5, $6) WITH ORDINALITY AS row (event, sum, ordinal)
        """;

    private const string ReadSql = """
        SELECT head.length, head.sum, row.number, row.owner, row.at, row.event, row.sum
        FROM cluster_journal_heads head LEFT JOIN cluster_journal row ON row.job_id = head.job_id
        WHERE head.job_id = $1
        ORDER BY row.number
        """;

    private readonly PostgresDatabase _database;
    private readonly string _jobId;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _appending = new(1, 1);
    private readonly List<JournalRecord> _records;
    private string _sum;
    private JobException? _failure;
    private bool _closed;

    private PostgresJournal(
        PostgresDatabase database, string jobId, long token, IReadOnlyList<JournalRecord> records, string sum, TimeProvider time)
    {
        _database = database;
        _jobId = jobId;
        _time = time;
        Token = token;
        _records = [.. records];
        _sum = sum;
    }

    /// <inheritdoc/>
    public long Token { get; }

    /// <inheritdoc/>
    public IReadOnlyList<JournalRecord> Records => _records;

    /// <summary>Takes ownership; appends of an earlier owner are refused from here on.</summary>
    /// <exception cref="JobException">The job does not exist, its journal is damaged, or the database
    /// failed.</exception>
    public static async Task<PostgresJournal> OpenAsync(
        PostgresDatabase database, string jobId, TimeProvider time, CancellationToken cancellationToken)
    {
        // Committed before the rows are read: from now on only this owner, or a later one, adds rows.
        var token = await database.RepeatableAsync(
            $"open the journal of job {jobId}",
            async connection =>
            {
                await using var raise = new NpgsqlCommand(
                    "UPDATE cluster_journal_heads SET token = token + 1 WHERE job_id = $1 RETURNING token", connection);
                raise.Parameters.AddWithValue(jobId);
                return (long?)await raise.ExecuteScalarAsync(cancellationToken);
            },
            cancellationToken);
        var (records, sum) = await ReadAsync(database, jobId, cancellationToken);
        return new PostgresJournal(database, jobId, token ?? throw JobIds.Unknown(jobId), records, sum, time);
    }

    /// <summary>Reads a consistent snapshot of a journal, without owning it.</summary>
    /// <returns>Its events, and the checksum of the last one.</returns>
    /// <exception cref="JobException">There is no such job, its journal is damaged, or the database failed.</exception>
    public static Task<(IReadOnlyList<JournalRecord> Records, string Sum)> ReadAsync(
        PostgresDatabase database, string jobId, CancellationToken cancellationToken) =>
        database.RepeatableAsync(
            $"read the journal of job {jobId}",
            async connection =>
            {
                await using var read = new NpgsqlCommand(ReadSql, connection);
                read.Parameters.AddWithValue(jobId);
                await using var reader = await read.ExecuteReaderAsync(cancellationToken);
                var rows = new JournalRowReader($"The journal of job {jobId} in {database.Name}");
                long? count = null;
                var last = string.Empty;
                while (await reader.ReadAsync(cancellationToken))
                {
                    count = reader.GetInt64(0);
                    last = reader.GetString(1);
                    if (!await reader.IsDBNullAsync(2, cancellationToken))
                    {
                        var at = await reader.GetFieldValueAsync<DateTimeOffset>(4, cancellationToken);
                        rows.Add(new JournalRow(reader.GetInt64(2), reader.GetInt64(3), at, reader.GetString(5), reader.GetString(6)));
                    }
                }

                return (rows.End(count ?? throw JobIds.Unknown(jobId), last), last);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        await _appending.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_failure is not null)
            {
                throw _failure is JournalOwnershipException ? Lost() : new JobException(_failure.Message, _failure);
            }

            return events.Count == 0 ? [] : await WriteAsync(events);
        }
        finally
        {
            _appending.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            await _appending.WaitAsync();
            _closed = true;
            _appending.Release();
            _appending.Dispose();
        }
    }

    private async Task<IReadOnlyList<JournalRecord>> WriteAsync(IReadOnlyList<JournalEvent> events)
    {
        // Rounded to the precision of a file's line, so that both kinds of journals have the same text.
        var at = DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var records = new JournalRecord[events.Count];
        var texts = new string[events.Count];
        var sums = new string[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            records[i] = new JournalRecord(_records.Count + i, Token, at, events[i]);
            var row = JournalRow.Of(records[i], i == 0 ? _sum : sums[i - 1]);
            texts[i] = row.Event;
            sums[i] = row.Sum;
        }

        await using var append = _database.Command(AppendSql);
        append.Parameters.AddWithValue(_jobId);
        append.Parameters.AddWithValue(Token);
        append.Parameters.AddWithValue((long)_records.Count);
        append.Parameters.AddWithValue(at);
        append.Parameters.AddWithValue(texts);
        append.Parameters.AddWithValue(sums);
        append.Parameters.AddWithValue(sums[^1]);
        int written;
        try
        {
            // Not cancellable: an interrupted append may or may not have been stored.
            written = await append.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (PostgresDatabase.IsFailure(e))
        {
            _failure = new JobException(
                $"Writing the journal of job {_jobId} failed ({_database.Failure("keep its events", e).Message}) and what it "
                + "holds is unknown: open it again.",
                e);
            throw _failure;
        }

        if (written != events.Count)
        {
            _failure = Lost();
            throw _failure;
        }

        _sum = sums[^1];
        _records.AddRange(records);
        return records;
    }

    private JournalOwnershipException Lost() =>
        new($"The journal of job {_jobId} has another owner now, or went with its job: the owner of token {Token} stops.");
}
