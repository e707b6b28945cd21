using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// The part of the evaluation images on which candidates race (ADR 40): those that a plan made right or wrong before the first
/// candidate came, which lie near the border of their class, and a sample of the others, which keeps the drop unbiased.
/// </summary>
internal sealed class Racing(SearchMemory memory)
{
    private const int LeastSampled = 128;
    private const int MostSampled = 512;

    private ImageScope? _scope;
    private bool _isDecided;

    /// <summary>Whether the job asks for it.</summary>
    public bool IsAsked => memory.Spec.Options is { Racing: CandidateRacing.On, Aim: SearchGoal.Fastest } options
        && options.Measure.CountsImages();

    /// <summary>The part; null where candidates are looked at on all images at once, as where the part would be more than a half.</summary>
    public ImageScope? Scope
    {
        get
        {
            if (!_isDecided && IsAsked && memory.FullPlans.Any(plan => !plan.IsBaseline))
            {
                (_isDecided, _scope) = (true, Decide());
            }

            return _scope;
        }
    }

    /// <summary>Whether a plan was looked at on the part, and cannot be accurate enough or failed.</summary>
    public bool IsOut(Plan plan) =>
        Scope is { } scope && memory.Knows(memory.AccuracyOf(plan, scope)) && !memory.CanBeFeasible(plan, scope);

    private ImageScope? Decide()
    {
        var float32 = memory.Full(memory.Baseline)!;
        var near = new byte[float32.CorrectBits.Length];
        foreach (var plan in memory.FullPlans.Where(plan => !plan.IsBaseline))
        {
            var bits = memory.Full(plan)!.CorrectBits;
            for (var i = 0; i < near.Length; i++)
            {
                near[i] |= (byte)(bits[i] ^ float32.CorrectBits[i]);
            }
        }

        var scope = ImageScope.Telling(
            near, Math.Clamp(float32.Total / 8, LeastSampled, MostSampled), SplitMix64.Derive(memory.Spec.Options.Seed, "racing"));
        return scope.Count * 2 > float32.Total ? null : scope;
    }
}
