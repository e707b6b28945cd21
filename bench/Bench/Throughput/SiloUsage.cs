using System.Diagnostics;

namespace Cluster.Bench.Throughput;

/// <summary>What silos take of the machine from now on: this process, and those that were started beside it.</summary>
internal sealed class SiloUsage
{
    private readonly Process[] _members;
    private readonly TimeSpan _began;
    private readonly List<(DateTimeOffset At, long Bytes)> _seen = [];

    public SiloUsage(Process[] members)
    {
        _members = members;
        _began = Total();
    }

    /// <summary>User and system time; PostgreSQL's is not in it.</summary>
    public TimeSpan Processor => Total() - _began;

    /// <summary>Notes what they hold in memory.</summary>
    public void Look()
    {
        Array.ForEach(_members, member => member.Refresh());
        _seen.Add((DateTimeOffset.UtcNow, Environment.WorkingSet + _members.Sum(member => member.WorkingSet64)));
    }

    /// <summary>The resident memory of all, at the last look before a moment, or else at the first.</summary>
    public double MegabytesAt(DateTimeOffset moment)
    {
        var bytes = _seen.FindLast(look => look.At <= moment).Bytes;
        return (bytes > 0 ? bytes : _seen[0].Bytes) / 1e6;
    }

    private TimeSpan Total()
    {
        Array.ForEach(_members, member => member.Refresh());
        return _members.Aggregate(Environment.CpuUsage.TotalTime, (sum, member) => sum + member.TotalProcessorTime);
    }
}
