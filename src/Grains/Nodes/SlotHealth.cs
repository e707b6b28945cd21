using Cluster.Coordinator.Running;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary>
/// How a slot's device does: errors of it say nothing about what ran there, so a slot whose device fails twice in a row
/// is left out, for twice as long each time; then one piece of work may try it. Not thread-safe.
/// </summary>
internal sealed class SlotHealth(GrainOptions options, TimeProvider time)
{
    private const int Allowed = 2;

    private readonly SteadyClock _clock = new(time);
    private int _faults;
    private DateTimeOffset _excludedUntil;
    private string? _problem;

    /// <param name="problem">What the device did wrong, or null for anything else.</param>
    /// <returns>Whether the slot is left out from now on.</returns>
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

    /// <summary>The slot as others see it.</summary>
    public SlotStatus Show(SlotStatus slot) =>
        slot with { IsExcluded = _faults >= Allowed && _excludedUntil > _clock.Now, Problem = _problem ?? slot.Problem };
}
