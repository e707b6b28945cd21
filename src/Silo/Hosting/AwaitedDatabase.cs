namespace Cluster.Silo.Hosting;

/// <summary>
/// Opens the database of a start, and waits for one that is not there yet: a server that ends instead is started again by its
/// supervisor, ever later.
/// </summary>
internal static class AwaitedDatabase
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(8);

    /// <param name="connection">In Npgsql's form.</param>
    /// <param name="limit">How long it may be away.</param>
    /// <param name="tell">Receives one line: what the start waits for, and until when.</param>
    /// <exception cref="JobException">It refuses for good, or is away for longer.</exception>
    public static async Task<PostgresJobStore> OpenAsync(
        string connection, TimeSpan limit, Action<string>? tell, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        long begun = time.GetTimestamp();
        bool isTold = false;
        for (var delay = FirstDelay; ; delay = delay * 2 > LongestDelay ? LongestDelay : delay * 2)
        {
            try
            {
                return await PostgresJobStore.OpenAsync(connection, time, cancellation);
            }
            catch (JobStoreUnavailableException away)
            {
                var left = limit - time.GetElapsedTime(begun);
                if (left <= TimeSpan.Zero)
                {
                    throw new JobStoreUnavailableException(
                        string.Create(CultureInfo.InvariantCulture, $"After {limit.TotalSeconds:0} s of waiting: {away.Message}"), away);
                }

                if (!isTold)
                {
                    var until = time.GetUtcNow() + left;
                    tell?.Invoke(string.Create(
                        CultureInfo.InvariantCulture, $"waits for its database until {until:HH:mm:ss} UTC: {away.Message}"));
                    isTold = true;
                }

                delay = delay < left ? delay : left;
            }

            await Task.Delay(delay, time, cancellation);
        }
    }
}
