using System.Text.Json;
using Cluster.Plans;

namespace Cluster.Coordinator.Model.Options;

/// <summary>A plan that a search tries before its own, such as an earlier job's winner for the same network.</summary>
/// <param name="Plan">The plan, with a decision for each of the network's groups.</param>
/// <param name="Job">The identity of the job whose winner it was; null if a user named the plan.</param>
public sealed record FirstPlan(Plan Plan, string? Job = null)
{
    /// <summary>Parses a plan that a user named.</summary>
    /// <param name="text">The text of a winner.plan.json, or only a plan in the form of such a file.</param>
    /// <param name="name">Its name in errors.</param>
    /// <exception cref="JobException">It is neither.</exception>
    public static FirstPlan Parse(string text, string name)
    {
        try
        {
            if (JsonDocument.Parse(text).RootElement is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("groups", out _))
            {
                return new FirstPlan(json.Deserialize<Plan>(PlanJson.Strict)!);
            }
        }
        catch (JsonException)
        {
            // The parser of plan files reports it, with what is expected.
        }

        return new FirstPlan(PlanFile.Parse(text, name).Plan);
    }

    /// <summary>The plan's short name in texts.</summary>
    public override string ToString() => Plan.Digest[..12];
}
