namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The groups that a user keeps in FP32, named as `inspect` prints them.</summary>
internal static class KeptGroups
{
    /// <summary>The plan with those groups in FP32.</summary>
    /// <param name="plan">A plan of the network.</param>
    /// <param name="kept">Names, patterns with * and ?, or indexes; a name that is a number can be given by its index only.</param>
    /// <param name="groups">All groups of the network; those without an integer kernel, on which no plan decides, stay in FP32
    /// anyway.</param>
    /// <param name="model">The network's name in errors.</param>
    /// <exception cref="UsageException">One of them names no group.</exception>
    public static Plan Apply(Plan plan, IReadOnlyList<string> kept, IReadOnlyList<LayerGroup> groups, string model)
    {
        var names = Names(kept, groups, model);
        var indexes = Enumerable.Range(0, plan.Groups.Count).Where(index => names.Contains(plan.Groups[index].Group));
        return names.Count == 0 ? plan : plan.With(indexes, GroupFormat.Baseline);
    }

    /// <summary>The names of those groups.</summary>
    /// <inheritdoc cref="Apply"/>
    public static HashSet<string> Names(IReadOnlyList<string> kept, IReadOnlyList<LayerGroup> groups, string model) =>
        kept.SelectMany(word => Matching(word, groups, model)).Select(group => group.Name).ToHashSet(StringComparer.Ordinal);

    private static LayerGroup[] Matching(string word, IReadOnlyList<LayerGroup> groups, string model)
    {
        bool isIndex = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        LayerGroup[] found = [.. groups.Where(group => isIndex ? group.Index == index : GroupChoice.IsMatch(word, group.Name))];
        return found.Length > 0 ? found : throw new UsageException(
            $"--keep-fp32 names '{word}', which is not one of the {groups.Count} groups of {model}; "
            + $"give names or indexes (0 to {groups.Count - 1}) as ./cluster inspect {model} prints them.");
    }
}
