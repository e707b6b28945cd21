using Cluster.Grains.Ports;

namespace Cluster.Grains.Catalog;

/// <summary>When all jobs are looked at: often while silos come and go, as jobs may lose their coordinators; seldom otherwise.</summary>
internal sealed class LookSchedule(MemberChanges members, GrainOptions options, TimeProvider time)
{
    private long? _looked;

    /// <summary>Whether they are to be looked at now.</summary>
    public bool IsDue =>
        _looked is not { } last || members.Quiet < options.Settling || time.GetElapsedTime(last) >= options.LookEvery;

    /// <summary>A look that was complete.</summary>
    /// <param name="began">When it began, as a timestamp: what happened after that it may have missed.</param>
    public void Looked(long began) => _looked = began;
}
