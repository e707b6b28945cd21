using System.Text.Json;
using Cluster.Plans;

namespace Cluster.Coordinator.Model.Options;

/// <summary>A plan that a search looks at before its own: what is known of a network warms a job about it.</summary>
/// <param name="Plan">The plan, with a decision for each of the network's groups.</param>
/// <param name="Job">The identity of the job whose winner it was; null where somebody named the plan.</param>
public sealed record FirstPlan(Plan Plan, string? Job = null)
{
    /// <summary>Reads a plan that somebody named.</summary>
    /// <param name="text">The text of a winner.plan.json, or a plan alone, as such a file has it.</param>
    /// <param name="name">What an error calls it.</param>
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
            // Said by the reader of plan files, with what is expected.
        }

        return new FirstPlan(PlanFile.Parse(text, name).Plan);
    }

    /// <summary>The plan's short name, for words about it.</summary>
    public override string ToString() => Plan.Digest[..12];
}
