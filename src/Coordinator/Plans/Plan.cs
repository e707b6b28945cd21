using System.Text.Json.Serialization;
using Cluster.Coordinator.Json;

namespace Cluster.Coordinator.Plans;

/// <summary>
/// A mixed-precision configuration of one network for one target: a decision for every group, in the network's group order.
/// Immutable; two plans are equal exactly if their canonical JSON, and so their <see cref="Digest"/>, is.
/// </summary>
public sealed class Plan : IEquatable<Plan>
{
    private string? _json;
    private string? _digest;

    /// <summary>Creates a plan; members of FP32 groups that have no meaning there are set to their neutral values.</summary>
    /// <exception cref="JobException">A group has no name, has a decision twice, or bits outside 2 to 8.</exception>
    [JsonConstructor]
    public Plan(string target, IReadOnlyList<GroupDecision> groups)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var decision in groups)
        {
            if (string.IsNullOrEmpty(decision.Group) || !seen.Add(decision.Group))
            {
                throw new JobException(
                    $"The plan decides group \"{decision.Group}\" twice or without a name where each group is decided once: "
                    + "correct its list of groups.");
            }

            if (decision.Precision == Precision.Int8 && (decision.WeightBits is < 2 or > 8 || decision.ActivationBits is < 2 or > 8))
            {
                throw new JobException(
                    $"The plan gives group \"{decision.Group}\" {decision.WeightBits} weight and {decision.ActivationBits} "
                    + "activation bits where 2 to 8 are expected: correct the plan.");
            }
        }

        Target = target;
        Groups = groups.Select(decision => decision.Canonical()).ToArray();
    }

    /// <summary>The runtime that the plan is placed and measured for, such as "onnxruntime-cpu".</summary>
    public string Target { get; }

    /// <summary>One decision per group, in the network's group order.</summary>
    public IReadOnlyList<GroupDecision> Groups { get; }

    /// <summary>The plan as canonical JSON.</summary>
    [JsonIgnore]
    public string Json => _json ??= CanonicalJson.Serialize(this);

    /// <summary>Lower-case hexadecimal SHA-256 of <see cref="Json"/>: the plan's identity.</summary>
    [JsonIgnore]
    public string Digest => _digest ??= CanonicalJson.DigestOfText(Json);

    /// <summary>How many groups run in 8 bits.</summary>
    [JsonIgnore]
    public int Int8Count => Groups.Count(decision => decision.Precision == Precision.Int8);

    /// <summary>Whether every group stays in FP32: the network as it came.</summary>
    [JsonIgnore]
    public bool IsFloat32 => Int8Count == 0;

    /// <summary>The plan that leaves every group in FP32.</summary>
    public static Plan AllFloat32(string target, IEnumerable<string> groups) => new(target, groups.Select(GroupDecision.Float32).ToArray());

    /// <summary>The plan that runs every group in 8 bits with the same calibrator.</summary>
    public static Plan AllInt8(string target, IEnumerable<string> groups, string calibrator, bool biasCorrection) =>
        new(target, groups.Select(group => GroupDecision.Int8(group, calibrator, biasCorrection)).ToArray());

    /// <summary>This plan with the decisions of some groups, by index, replaced.</summary>
    public Plan With(IEnumerable<int> groups, Func<string, GroupDecision> decide)
    {
        var decisions = Groups.ToArray();
        foreach (var group in groups)
        {
            decisions[group] = decide(decisions[group].Group);
        }

        return new Plan(Target, decisions);
    }

    /// <inheritdoc/>
    public bool Equals(Plan? other) => other is not null && string.Equals(Digest, other.Digest, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Plan);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Digest);

    /// <inheritdoc/>
    public override string ToString() => $"{Int8Count}/{Groups.Count} groups in int8, {Digest[..12]}";
}
