namespace Cluster.Coordinator.Search.Judgements;

/// <summary>
/// Explains why each group of the winner has its format, from measurements and fits. The total saving of its groups was measured against
/// FP32; the latency model splits it.
/// </summary>
internal static class VerdictBuilder
{
    private const int Baseline = 0;

    /// <param name="latency">The winner's latency, after the steps; null if it was not timed or is FP32's.</param>
    public static IReadOnlyList<GroupVerdict> Build(SearchMemory memory, WinnerSelected selection, LatencyResult? latency)
    {
        var formats = memory.Formats.NumbersOf(selection.Plan);
        var shares = Shares(memory, formats, latency);
        return [.. Enumerable.Range(0, formats.Length).Select(group => Judge(memory, selection, formats, shares, group))];
    }

    private static GroupVerdict Judge(SearchMemory memory, WinnerSelected selection, int[] formats, double[]? shares, int group)
    {
        var decision = selection.Plan.Groups[group];
        var sensitivity = memory.Sensitivity?.Groups[group];
        var other = formats[group] == Baseline ? Fastest(memory, formats, group) : formats[group];
        var saved = formats[group] == Baseline ? Saved(memory, formats, group, other) : shares?[group];
        var code = Code(memory, selection, group, other, saved);
        return new GroupVerdict(
            decision.Group, decision.Format, sensitivity?.Kl, sensitivity?.SqnrDb, saved, code,
            memory.Choice.KeptBy(group) is { } option
                ? $"Kept in {memory.Formats.Baseline.Title} by {option}."
                : Reason(memory, code, group, other, sensitivity?.Kl, saved, selection.Feasible) + Repaired(memory, decision));
    }

    private static string Repaired(SearchMemory memory, GroupDecision decision)
    {
        var trial = decision.Repair is { } learned
            ? memory.Repairs.Trials.First(trial => string.Equals(trial.Learned, learned, StringComparison.Ordinal))
            : null;
        return trial?.Groups.FirstOrDefault(group => string.Equals(group.Group, decision.Group, StringComparison.Ordinal)) is { } found
            ? $" Its weights are rounded by {trial.Method.Step().Title()}: on held-out images that leaves "
                + $"{found.After / found.Before:P0} of the error."
            : string.Empty;
    }

    // The fastest offered format for a group that is in the baseline's.
    private static int Fastest(SearchMemory memory, int[] formats, int group) =>
        Enumerable.Range(1, memory.Formats.Count - 1)
            .Where(format => memory.Space.Groups[group].Takes(memory.Formats.All[format]))
            .MinBy(format => memory.Model?.Predict(With(formats, group, format)) ?? 0);

    private static int[] With(int[] formats, int group, int format)
    {
        var changed = (int[])formats.Clone();
        changed[group] = format;
        return changed;
    }

    // The savings of groups not in FP32, 0 for the others: their sum is the measured difference to FP32. In the model they are changed one
    // after another, from the first and from the last, so that neighbours share the conversions between them; the model's total error is
    // split in proportion to their time in FP32.
    private static double[]? Shares(SearchMemory memory, int[] formats, LatencyResult? latency)
    {
        if (memory.Model is not { } model || latency is null)
        {
            return null;
        }

        var changed = Enumerable.Range(0, formats.Length).Where(group => formats[group] != Baseline).ToArray();
        var saved = new double[formats.Length];
        foreach (var order in new[] { changed, [.. changed.Reverse()] })
        {
            var plan = new int[formats.Length];
            var before = model.Predict(plan);
            foreach (var group in order)
            {
                plan[group] = formats[group];
                var after = model.Predict(plan);
                saved[group] += (before - after) / 2;
                before = after;
            }
        }

        var all = changed.Sum(group => model.GroupMs(group, Baseline));
        var missing = latency.Float32MedianMs - latency.MedianMs - saved.Sum();
        foreach (var group in changed)
        {
            saved[group] += missing * (all > 0 ? model.GroupMs(group, Baseline) / all : 1.0 / changed.Length);
        }

        return saved;
    }

    // For one group of the winner, with the others unchanged.
    private static double? Saved(SearchMemory memory, int[] formats, int group, int format) => memory.Model is { } model
        ? model.Predict(With(formats, group, Baseline)) - model.Predict(With(formats, group, format))
        : null;

    private static VerdictCode Code(SearchMemory memory, WinnerSelected selection, int group, int other, double? saved)
    {
        if (!memory.Choice.MayQuantize(group))
        {
            return VerdictCode.Float32Asked;
        }

        if (!selection.Plan.Groups[group].Format.IsBaseline)
        {
            return saved is null or > 0 ? VerdictCode.QuantizedFaster : VerdictCode.QuantizedWithNeighbours;
        }

        if (selection.Plan.IsBaseline)
        {
            return VerdictCode.Float32NothingFaster;
        }

        if (saved is null or > 0)
        {
            return VerdictCode.Float32ForAccuracy;
        }

        return memory.Model!.GroupMs(group, other) >= memory.Model.GroupMs(group, Baseline)
            ? VerdictCode.Float32ForSpeed
            : VerdictCode.Float32WithNeighbours;
    }

    private static string Reason(SearchMemory memory, VerdictCode code, int group, int other, double? kl, double? saved, bool isFeasible)
    {
        var (kept, format) = (memory.Formats.Baseline.Title, memory.Formats.All[other].Title);
        var ms = saved is { } value ? $"{Math.Abs(value):G3} ms" : "an unknown time";
        var swept = memory.Sensitivity?.Swept;
        var loss = kl is { } nats
            ? $" (alone in {swept?.Title}: {NatsText.Of(nats)} nats)"
            : string.Empty;
        return code switch
        {
            VerdictCode.QuantizedFaster =>
                $"{format} saves {ms} a run{(isFeasible ? " and the network stays accurate enough" : string.Empty)}{loss}.",
            VerdictCode.QuantizedWithNeighbours =>
                $"{format} is {ms} a run slower here, but so is converting to {kept} and back{loss}.",
            VerdictCode.Float32ForAccuracy => $"{kept} costs {ms} a run and keeps accuracy that {format} loses{loss}.",
            VerdictCode.Float32ForSpeed => $"{format} would add {ms} a run here{FloatCause.Of(memory, group, other)}.",
            VerdictCode.Float32WithNeighbours => $"{kept} like its neighbours: {format} would cost {ms} a run in changes of precision.",
            _ => FloatCause.Of(memory, group, other) is { Length: > 0 } cause && saved is not > 0
                ? $"{kept}: {format} is slower here{cause}."
                : saved is > 0
                ? $"{kept}, although {format} would save {ms} a run here: no accurate quantized plan was faster as a whole."
                : $"{kept}, as no accurate quantized plan was faster than the network as it came.",
        };
    }
}

/// <summary>
/// The cause of a group being slow in integers: functions that runtimes compute in floating point, between two conversions.
/// </summary>
internal static class FloatCause
{
    // ONNX functions of one tensor that no target here has an integer kernel for. Relu and Clip are free: a range makes them redundant.
    private static readonly string[] Functions =
        ["HardSigmoid", "HardSwish", "Sigmoid", "Tanh", "Softmax", "LeakyRelu", "PRelu", "Elu", "Selu", "Gelu", "Erf", "Mish", "Softplus"];

    /// <summary>The cause, to follow a statement that the group is slow in a format; empty if unknown.</summary>
    public static string Of(SearchMemory memory, int group, int format)
    {
        var found = memory.Space.Groups[group].Operators.Intersect(Functions, StringComparer.Ordinal).ToArray();
        if (found.Length == 0)
        {
            return string.Empty;
        }

        var times = memory.Model is { } model
            ? $" ({model.GroupMs(group, format):G3} ms against {model.GroupMs(group, 0):G3} ms a run)"
            : string.Empty;
        return $" because of {string.Join(" and ", found)}, computed in FP32 between two conversions{times}";
    }
}
