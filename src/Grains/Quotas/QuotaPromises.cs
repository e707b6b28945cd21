namespace Cluster.Grains.Quotas;

/// <summary>
/// Amounts that calls are about to use, in the order of their requests. A call that first requests a promise and then reads the store finds
/// each earlier call here, in the store, or in both under the same name, but never in neither.
/// </summary>
/// <param name="time">The clock for expired promises.</param>
public sealed class QuotaPromises(TimeProvider time)
{
    private readonly List<Promised> _promises = [];

    /// <summary>How long a promise lasts without renewal.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Promises an amount to a call, after all others, or renews its promise in its place.</summary>
    /// <returns>The amounts promised before it, by subject, without its own subject.</returns>
    public IReadOnlyDictionary<string, long> Promise(string call, string subject, long amount)
    {
        var now = time.GetUtcNow();
        _promises.RemoveAll(promised => promised.Until < now && promised.Call != call);
        var renewed = new Promised(call, subject, amount, now + Lease);
        int place = _promises.FindIndex(promised => promised.Call == call);
        if (place < 0)
        {
            place = _promises.Count;
            _promises.Add(renewed);
        }

        _promises[place] = renewed;
        return _promises.Take(place)
            .Where(promised => promised.Subject != subject)
            .GroupBy(promised => promised.Subject, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.Max(promised => promised.Amount), StringComparer.Ordinal);
    }

    /// <summary>Removes a call; an unknown one changes nothing.</summary>
    public void Release(string call) => _promises.RemoveAll(promised => promised.Call == call);

    private sealed record Promised(string Call, string Subject, long Amount, DateTimeOffset Until);
}
