using System.Runtime.InteropServices;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Limits repeated warnings and errors, for example while a database is unavailable, to one per minute. Libraries' entries are compared by
/// event, as their texts vary with every attempt; our own by text. Thread-safe.
/// </summary>
internal sealed class RepeatedEvents(TimeProvider time)
{
    private const string Ours = nameof(Cluster);
    private const int MostKept = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Category, int Event, string? Text), (long ToldAt, int Untold)> _told = [];

    /// <summary>How many similar entries were suppressed since the last logged one; null if this one is suppressed too.</summary>
    /// <param name="entry">The log entry.</param>
    /// <param name="text">Its message.</param>
    public int? Untold<TState>(in LogEntry<TState> entry, string text)
    {
        if (entry.LogLevel < LogLevel.Warning)
        {
            return 0;
        }

        bool isOurs = entry.Category.StartsWith(Ours, StringComparison.Ordinal);
        lock (_gate)
        {
            if (_told.Count >= MostKept)
            {
                _told.Clear();
            }

            var key = (entry.Category, entry.EventId.Id, isOurs || entry.EventId == default ? text : entry.EventId.Name);
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_told, key, out bool isKnown);
            if (isKnown && time.GetElapsedTime(last.ToldAt) < Period)
            {
                last.Untold++;
                return null;
            }

            int untold = last.Untold;
            last = (time.GetTimestamp(), 0);
            return untold;
        }
    }
}
