using Cluster.Coordinator.Running;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary>
/// The health of a slot's device: its errors say nothing about the work, so a slot whose device fails twice in a row is excluded, for twice
/// as long each time; then one piece of work may try it. Not thread-safe.
/// </summary>
internal sealed class SlotHealth(GrainOptions options, TimeProvider time)
{
    private const int Allowed = 2;

    private readonly SteadyClock _clock = new(time);
    private int _faults;
    private DateTimeOffset _excludedUntil;
    private string? _problem;

    /// <param name="problem">The device's fault, or null for anything else.</param>
    /// <returns>Whether the slot is now excluded.</returns>
    public bool Record(string? problem)
    {
        (_faults, _problem) = problem is null ? (0, null) : (_faults + 1, problem);
        if (_faults < Allowed)
        {
            return false;
        }

        _excludedUntil = _clock.Now + BackOff.After(options.FirstExclusion, _faults - Allowed, options.LongestExclusion);
        return true;
    }

    /// <summary>The slot's status for others.</summary>
    public SlotStatus Show(SlotStatus slot) =>
        slot with { IsExcluded = _faults >= Allowed && _excludedUntil > _clock.Now, Problem = _problem ?? slot.Problem };
}
