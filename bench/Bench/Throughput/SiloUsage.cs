using System.Diagnostics;

namespace Cluster.Bench.Throughput;

/// <summary>What silos take of the machine from now on: this process, and those that were started beside it.</summary>
internal sealed class SiloUsage
{
    private readonly Process[] _members;
    private readonly List<(DateTimeOffset At, long Bytes, TimeSpan Processor)> _seen = [];

    public SiloUsage(Process[] members)
    {
        _members = members;
        Look();
    }

    private SiloUsage(SiloUsage other)
    {
        _members = other._members;
        _seen = [.. other._seen];
    }

    /// <summary>What was seen by now, which later looks do not change.</summary>
    public SiloUsage SoFar() => new(this);

    /// <summary>Notes what they hold in memory, and have taken of the processor.</summary>
    public void Look()
    {
        Array.ForEach(_members, member => member.Refresh());
        _seen.Add((DateTimeOffset.UtcNow, Environment.WorkingSet + _members.Sum(member => member.WorkingSet64), Total()));
    }

    /// <summary>
    /// User and system time from a moment to the last look, without PostgreSQL's; between two looks it is shared out evenly.
    /// </summary>
    public TimeSpan ProcessorFrom(DateTimeOffset moment)
    {
        var next = _seen.FindIndex(1, look => look.At > moment);
        if (next < 0)
        {
            return TimeSpan.Zero;
        }

        var (before, after) = (_seen[next - 1], _seen[next]);
        var passed = Math.Clamp((moment - before.At) / (after.At - before.At), 0, 1);
        return _seen[^1].Processor - before.Processor - (passed * (after.Processor - before.Processor));
    }

    /// <summary>The resident memory of all at the last look.</summary>
    public double Megabytes => _seen[^1].Bytes / 1e6;

    private TimeSpan Total() =>
        _members.Aggregate(Environment.CpuUsage.TotalTime, (sum, member) => sum + member.TotalProcessorTime);
}
