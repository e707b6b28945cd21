using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Warnings and errors that come over and over, as where a database is away: each is told once a minute. Of libraries, whose texts vary
/// with every attempt, an event is one; of our own a text. Thread-safe.
/// </summary>
internal sealed class RepeatedEvents(TimeProvider time)
{
    private const string Ours = nameof(Cluster);
    private const int MostKept = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Category, int Event, string? Text), (long ToldAt, int Untold)> _told = [];

    /// <summary>How many like it were left out since the last that was told of; null where this one is left out, too.</summary>
    /// <param name="entry">What is logged.</param>
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
