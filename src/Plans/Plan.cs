using System.Collections.Concurrent;

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
    /// Creates a plan; members that have no meaning in a group's format are set to their neutral values. If a float's decision became an
    /// integer one, it has no calibrator and takes that of the first group that has one.
    /// </summary>
    /// <exception cref="JobException">A group has no name or two decisions.</exception>
    public Plan(string target, IReadOnlyList<GroupDecision> groups)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var decision in groups)
        {
            // A list read from JSON may contain null.
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

    // Decisions that are read are shared. A list of them may hold null, which the other constructor refuses.
    [JsonConstructor]
    private Plan(IReadOnlyList<GroupDecision> groups, string target)
        : this(target, [.. groups.Select(decision => decision is null ? null! : KnownDecisions.One(decision))])
    {
    }

    /// <summary>Plans as equal if every group has the same format: see <see cref="HasFormatsOf"/>.</summary>
    public static IEqualityComparer<Plan> ByFormats { get; } = EqualityComparer<Plan>.Create(
        static (one, other) => one!.HasFormatsOf(other!),
        static plan => plan.Groups.Aggregate(0, static (hash, decision) => HashCode.Combine(hash, decision.Format)));

    /// <summary>The runtime that the plan is placed and measured for, such as "onnxruntime-cpu".</summary>
    public string Target { get; }

    /// <summary>One decision per group, in the network's group order.</summary>
    public IReadOnlyList<GroupDecision> Groups { get; }

    /// <summary>The plan as canonical JSON. Not cached: it would be most of the memory of a job with many plans.</summary>
    [JsonIgnore]
    public string Json => CanonicalJson.Serialize(this);

    /// <summary>Lower-case hexadecimal SHA-256 of <see cref="Json"/>: the plan's identity.</summary>
    [JsonIgnore]
    public string Digest => _digest ??= CanonicalJson.DigestOfText(Json);

    /// <summary>Number of groups that do not keep the network's original format.</summary>
    [JsonIgnore]
    public int QuantizedCount => Groups.Count(decision => !decision.Format.IsBaseline);

    /// <summary>Whether every group keeps the network's original format.</summary>
    [JsonIgnore]
    public bool IsBaseline => IsAll(GroupFormat.Baseline);

    /// <summary>The plan that keeps every group unchanged.</summary>
    public static Plan Baseline(string target, IEnumerable<string> groups) => new(target, groups.Select(GroupDecision.Baseline).ToArray());

    /// <summary>The plan that runs every group in one format, with the same calibrator.</summary>
    public static Plan Uniform(GroupFormat format, string target, IEnumerable<string> groups, string calibrator, bool biasCorrection) =>
        new(target, groups.Select(group => GroupDecision.In(format, group, calibrator, biasCorrection)).ToArray());

    /// <summary>How many groups run in a format.</summary>
    public int CountOf(GroupFormat format) => Groups.Count(decision => decision.Format == format);

    /// <summary>Number of groups in 8-bit integers, of either form.</summary>
    public int CountInt8() => Groups.Count(decision => decision.Format.IsInt8);

    /// <summary>Whether every group runs in a format.</summary>
    public bool IsAll(GroupFormat format) => CountOf(format) == Groups.Count;

    /// <summary>
    /// Whether every group has the same format as in another plan: then the kernels are the same, with possibly different numbers.
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

    /// <summary>This plan with some groups, by index, in another format, without the numbers learned for their old one.</summary>
    public Plan With(IEnumerable<int> groups, GroupFormat format)
    {
        var changed = groups.ToHashSet();
        return new Plan(Target, [.. Groups.Select((group, i) => !changed.Contains(i) || group.Format == format
            ? group
            : group with { Format = format, Rounding = GroupDecision.Nearest })]);
    }

    /// <inheritdoc/>
    // Without the digest: a search draws and compares many plans that it never evaluates.
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
        // Names are left out: compared plans are nearly always of one network.
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

/// <summary>
/// Shares decision objects: one for all equal decisions that were read. A job of 100,000 candidates has some hundred different ones,
/// millions of times. Thread-safe.
/// </summary>
internal static class KnownDecisions
{
    // For all jobs of the process together, some megabytes. Above this limit the set starts anew; objects in use stay alive.
    private const int Most = 16_384;

    private static volatile ConcurrentDictionary<GroupDecision, GroupDecision> s_known = new();
    private static int s_count;

    /// <summary>The object that stands for all equal ones.</summary>
    public static GroupDecision One(GroupDecision read)
    {
        if (s_known.TryGetValue(read, out var known))
        {
            return known;
        }

        if (Interlocked.Increment(ref s_count) > Most)
        {
            s_known = new ConcurrentDictionary<GroupDecision, GroupDecision>();
            Volatile.Write(ref s_count, 1);
        }

        return s_known.GetOrAdd(read, read);
    }
}
