using System.Text.Json.Serialization;

namespace Cluster.Plans;

/// <summary>
/// A mixed-precision configuration of one network for one target: a decision for every group, in the network's group order.
/// Immutable; two plans are equal exactly if their canonical JSON, and so their <see cref="Digest"/>, is.
/// </summary>
public sealed class Plan : IEquatable<Plan>
{
    private readonly int _hash;
    private string? _digest;

    /// <summary>
    /// Creates a plan; members that have no meaning in a group's format are set to their neutral values. Integers that a float's decision
    /// became have no calibrator: they take that of the first group that has one.
    /// </summary>
    /// <exception cref="JobException">A group has no name or two decisions.</exception>
    [JsonConstructor]
    public Plan(string target, IReadOnlyList<GroupDecision> groups)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var decision in groups)
        {
            // Read from JSON, a list may hold null.
            if (string.IsNullOrEmpty(decision?.Group) || !seen.Add(decision.Group))
            {
                throw new JobException(
                    $"The plan decides group \"{decision?.Group}\" twice or without a name where each group is decided once: "
                    + "correct its list of groups.");
            }
        }

        Target = target;
        var usual = groups.FirstOrDefault(decision => decision.Format.IsCalibrated && decision.HasCalibrator)?.Calibrator;
        Groups = groups.Select(decision => decision.Canonical().Calibrated(usual ?? GroupDecision.SimplestCalibrator)).ToArray();
        _hash = HashOf(Target, Groups);
    }

    /// <summary>The runtime that the plan is placed and measured for, such as "onnxruntime-cpu".</summary>
    public string Target { get; }

    /// <summary>One decision per group, in the network's group order.</summary>
    public IReadOnlyList<GroupDecision> Groups { get; }

    /// <summary>The plan as canonical JSON. Written anew each time: kept, it would be most of what a job of many plans holds.</summary>
    [JsonIgnore]
    public string Json => CanonicalJson.Serialize(this);

    /// <summary>Lower-case hexadecimal SHA-256 of <see cref="Json"/>: the plan's identity.</summary>
    [JsonIgnore]
    public string Digest => _digest ??= CanonicalJson.DigestOfText(Json);

    /// <summary>How many groups do not stay in the format that the network came in.</summary>
    [JsonIgnore]
    public int QuantizedCount => Groups.Count(decision => !decision.Format.IsBaseline);

    /// <summary>Whether every group stays in the format that the network came in.</summary>
    [JsonIgnore]
    public bool IsBaseline => IsAll(GroupFormat.Baseline);

    /// <summary>The plan that leaves every group as it came.</summary>
    public static Plan Baseline(string target, IEnumerable<string> groups) => new(target, groups.Select(GroupDecision.Baseline).ToArray());

    /// <summary>The plan that runs every group in one format, with the same calibrator.</summary>
    public static Plan Uniform(GroupFormat format, string target, IEnumerable<string> groups, string calibrator, bool biasCorrection) =>
        new(target, groups.Select(group => GroupDecision.In(format, group, calibrator, biasCorrection)).ToArray());

    /// <summary>How many groups run in a format.</summary>
    public int CountOf(GroupFormat format) => Groups.Count(decision => decision.Format == format);

    /// <summary>How many groups are in 8-bit integers, of whichever form.</summary>
    public int CountInt8() => Groups.Count(decision => decision.Format.IsInt8);

    /// <summary>Whether every group runs in a format.</summary>
    public bool IsAll(GroupFormat format) => CountOf(format) == Groups.Count;

    /// <summary>
    /// Whether every group runs in the format that it has in another plan: the same kernels, whatever their numbers.
    /// </summary>
    public bool HasFormatsOf(Plan other) =>
        Groups.Select(decision => decision.Format).SequenceEqual(other.Groups.Select(decision => decision.Format));

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

    /// <summary>This plan with some groups, by index, in another format; what was learned for their old one is left out.</summary>
    public Plan With(IEnumerable<int> groups, GroupFormat format)
    {
        var changed = groups.ToHashSet();
        return new Plan(Target, [.. Groups.Select((group, i) => !changed.Contains(i) || group.Format == format
            ? group
            : group with { Format = format, Rounding = GroupDecision.Nearest })]);
    }

    /// <inheritdoc/>
    // Without the digest: a search draws and compares many plans that it never looks at.
    public bool Equals(Plan? other) => ReferenceEquals(this, other)
        || (other is not null
            && _hash == other._hash
            && string.Equals(Target, other.Target, StringComparison.Ordinal)
            && Groups.SequenceEqual(other.Groups));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Plan);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => $"{FormatShares.Of(this, format => format.Text, per: "/")}, {Digest[..12]}";

    private static int HashOf(string target, IReadOnlyList<GroupDecision> groups)
    {
        // Names are left out: plans that are compared are nearly always of one network.
        var hash = new HashCode();
        hash.Add(target, StringComparer.Ordinal);
        foreach (var decision in groups)
        {
            hash.Add(decision.Format.Weights.Bits);
            hash.Add(decision.Format.Activations.Bits);
            hash.Add(decision.Calibrator, StringComparer.Ordinal);
            hash.Add(decision.BiasCorrection);
            hash.Add(decision.Rounding, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
