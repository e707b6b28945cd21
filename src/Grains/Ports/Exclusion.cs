namespace Cluster.Grains.Ports;

/// <summary>
/// Excludes what fails repeatedly: after several faults in a row for a while, for twice as long each time; then it may be tried once
/// more, and one success clears it. Not thread-safe.
/// </summary>
/// <param name="allowed">Faults in a row from which on it is excluded.</param>
/// <param name="options">How long.</param>
/// <param name="time">The clock.</param>
internal sealed class Exclusion(int allowed, GrainOptions options, TimeProvider time)
{
    private readonly SteadyClock _clock = new(time);
    private int _faults;
    private DateTimeOffset _until;

    /// <summary>Whether it is excluded now.</summary>
    public bool IsNow => _faults >= allowed && _until > _clock.Now;

    /// <summary>The last fault; null after a success.</summary>
    public string? Problem { get; private set; }

    /// <param name="problem">The fault, or null for a success.</param>
    /// <returns>Whether it is now excluded.</returns>
    public bool Record(string? problem)
    {
        (_faults, Problem) = problem is null ? (0, null) : (_faults + 1, problem);
        if (_faults < allowed)
        {
            return false;
        }

        _until = _clock.Now + ExponentialDelay.After(options.FirstExclusion, _faults - allowed, options.LongestExclusion);
        return true;
    }
}

/// <summary>
/// The start time plus the monotonic time elapsed since: immune to changes of the machine's clock.
/// </summary>
internal sealed class SteadyClock(TimeProvider time)
{
    private readonly DateTimeOffset _began = time.GetUtcNow();
    private readonly long _at = time.GetTimestamp();

    public DateTimeOffset Now => _began + time.GetElapsedTime(_at);
}
