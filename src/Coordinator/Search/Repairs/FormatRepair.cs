namespace Cluster.Coordinator.Search.Repairs;

/// <summary>The roundings that one method learned for groups in one format, and the plans that show whether they help.</summary>
internal sealed class FormatRepair
{
    private readonly RepairItem _item;
    private readonly string?[] _learned;

    public FormatRepair(RepairItem item, RepairResult result)
    {
        (_item, Result) = (item, result);
        var rounding = result.Learned is { } digest ? GroupDecision.Repaired(item.Method.Step().Rounding(), digest) : null;
        var names = result.Groups.Select(group => group.Group).ToHashSet(StringComparer.Ordinal);
        _learned = [.. item.Plan.Groups.Select(decision => names.Contains(decision.Group) ? rounding : null)];

        // A stable sort: equal gains stay in the network's order.
        string[] byGain = [.. result.Groups.OrderBy(group => group.After / group.Before).Select(group => group.Group)];
        Plans = [.. new[] { byGain.Length, byGain.Length / 2 }.Where(count => count > 0).Select(count => With(byGain[..count]))];
    }

    public RepairResult Result { get; }

    /// <summary>The whole network in the format, rounded to nearest.</summary>
    public Plan Without => _item.Plan;

    /// <summary>The whole network in the format with every group repaired, and with only the half whose loss fell most.</summary>
    public IReadOnlyList<Plan> Plans { get; }

    /// <summary>The learned rounding of a group; null if there is none.</summary>
    public string? Of(int group) => _learned[group];

    /// <summary>The result for people.</summary>
    /// <param name="usual">The plan whose roundings groups have by default in the format.</param>
    public RepairTrial Trial(GroupFormat format, Plan usual) => new(
        format,
        _item.Method,
        _item.Iterations,
        Result.Learned,
        Result.Groups,
        [
            .. usual.Groups
                .Where((decision, group) =>
                    decision.IsRepaired && string.Equals(decision.Rounding, _learned[group], StringComparison.Ordinal))
                .Select(decision => decision.Group),
        ],
        Result.Seconds);

    private Plan With(string[] groups) => new(
        _item.Plan.Target,
        [.. _item.Plan.Groups.Select((decision, i) =>
            groups.Contains(decision.Group, StringComparer.Ordinal) ? decision with { Rounding = _learned[i]! } : decision)]);
}

/// <summary>Roundings that were learned before the exploration, for plans to choose from.</summary>
/// <param name="Format">The format of the groups.</param>
/// <param name="Method">How they were learned.</param>
/// <param name="Iterations">Iterations per layer, per block of BRECQ and QDrop.</param>
/// <param name="Learned">SHA-256 of the learned numbers, by which plans name them; null if no layer's loss fell.</param>
/// <param name="Groups">The groups whose loss fell.</param>
/// <param name="Usual">
/// The groups of <paramref name="Groups"/> that use them by default in this format: all, the half that gained most, or none, whichever
/// makes the whole network diverge least from FP32 on the evaluation images, of all methods.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record RepairTrial(
    GroupFormat Format,
    RepairMethod Method,
    int Iterations,
    string? Learned,
    IReadOnlyList<RepairedGroup> Groups,
    IReadOnlyList<string> Usual,
    double Seconds);
